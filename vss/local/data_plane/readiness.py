"""One thread that waits for all sockets, pipes and processes whose handling never blocks."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import suppress


class Readiness:
    """Calls back when a file descriptor can be read; callbacks must be short and not block."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._waker, self._wake = socket.socketpair()
        self._selector.register(self._waker, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._run, name="readiness", daemon=True)
        self._thread.start()

    def watch(self, descriptor: int, callback: Callable[[], None]) -> None:
        """Call ``callback`` whenever ``descriptor`` can be read."""
        self._selector.register(descriptor, selectors.EVENT_READ, callback)

    def forget(self, descriptor: int) -> None:
        """Stop watching; must come before the descriptor is closed. Twice does no harm."""
        with suppress(KeyError, ValueError):
            self._selector.unregister(descriptor)

    def close(self) -> None:
        """End the thread."""
        self._wake.send(b"\0")
        self._thread.join()
        self._selector.close()
        self._waker.close()
        self._wake.close()

    def _run(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                # The descriptor may have been closed between the wait and this call.
                with suppress(OSError):
                    key.data()
