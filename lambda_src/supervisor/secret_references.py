"""Secrets by reference: ``env:NAME`` and ``file:PATH``; anything else is the secret's own text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from supervisor.errors import InvalidDescription


def resolve(text: str, variables: Mapping[str, str]) -> str:
    """Return the secret.

    Args:
        text: the reference.
        variables: what ``env:`` looks into.

    Raises:
        InvalidDescription: the variable is not set, or the file cannot be read; which one is
            told, what is in it never.
    """
    kind, _, place = text.partition(":")
    if kind == "env":
        if not variables.get(place):
            raise InvalidDescription(f"secret {text!r}: the variable is not set")
        return variables[place]
    if kind == "file":
        try:
            secret = Path(place).read_text(encoding="utf-8").rstrip("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidDescription(f"secret {text!r}: {type(error).__name__}") from None
        if not secret:
            raise InvalidDescription(f"secret {text!r}: the file is empty")
        return secret
    return text
