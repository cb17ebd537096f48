"""What a training can be told while it runs."""

from __future__ import annotations

import signal

TAKE_ALL_CORES = signal.SIGUSR1
"""Whatever ran beside it is done."""

LISTENS_AFTER_S = 60
"""By then every training has loaded what it needs; the signal would end one that has not."""
