"""How long the data plane lives: until it is told to end, or the local AWS is gone for good."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

WATCH_S = 5.0
"""Between two looks at the local AWS."""

MISSES = 3
"""So many looks in a row at nothing are the end: a restart in place takes less."""


def wait_for_end(
    ending: threading.Event, is_reachable: Callable[[], bool], pause_s: float = WATCH_S
) -> bool:
    """Return True when ``ending`` is set, False when nothing was reachable ``MISSES`` times."""
    missed = 0
    while missed < MISSES:
        if ending.wait(pause_s):
            return True
        missed = 0 if is_reachable() else missed + 1
    return False


def accepts_connections(endpoint: str) -> bool:
    """Tell whether somebody listens at ``endpoint``."""
    address = urlsplit(endpoint)
    try:
        with socket.create_connection((address.hostname, address.port or 80), timeout=WATCH_S):
            return True
    except OSError:
        return False
