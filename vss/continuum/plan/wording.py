"""Numbers of things, in words."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return ``1 edge``, ``2 edges``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
