"""Keeps the supervisor's own environment, with the function's credentials in it, from scripts."""

from __future__ import annotations

import ctypes

_PR_SET_DUMPABLE = 4


def hide_process() -> None:
    """Make this process unreadable to others of the same user: ``/proc/<pid>/environ`` and memory.

    A script runs as the same user as its supervisor and could read the credentials there. Has no
    effect against root.
    """
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
