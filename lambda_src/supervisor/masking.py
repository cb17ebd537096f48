"""Lines of a stream as they may be logged: complete, of bounded length, without secrets."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable

MASK = "***"
# Shorter ones are found in any text by chance.
_SHORTEST = 4
_LONGEST_LINE = 16_384


class SecretMask:
    """Replaces secrets in texts.

    Args:
        secrets: their texts; of one that has several lines each line is a secret.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        parts = {line.strip() for secret in secrets for line in secret.splitlines()}
        # The longest first: one may be within another.
        self._secrets = sorted((part for part in parts if len(part) >= _SHORTEST), key=len)[::-1]

    @property
    def longest(self) -> int:
        """Characters of the longest secret."""
        return len(self._secrets[0]) if self._secrets else 0

    def __call__(self, text: str) -> str:
        """Return ``text`` without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text


class LineStream:
    """Cuts a stream of bytes into lines and hands on each without secrets.

    Args:
        mask: of the secrets.
        say: told each line.
    """

    def __init__(self, mask: SecretMask, say: Callable[[str], None]) -> None:
        self._mask = mask
        self._say = say
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def feed(self, content: bytes) -> None:
        """Take the next bytes."""
        lines = (self._rest + self._decoder.decode(content)).split("\n")
        self._rest = lines.pop()
        for line in lines:
            self._say_line(line)
        if len(self._rest) > _LONGEST_LINE + self._mask.longest:
            self._cut()

    def end(self) -> None:
        """Hand on what has no line end."""
        rest, self._rest = self._rest + self._decoder.decode(b"", final=True), ""
        if rest:
            self._say_line(rest)

    def _say_line(self, line: str) -> None:
        line = self._mask(line.removesuffix("\r"))
        for start in range(0, max(1, len(line)), _LONGEST_LINE):
            self._say(line[start : start + _LONGEST_LINE])

    def _cut(self) -> None:
        """Hand on the beginning of an endless line; a secret may have come in part."""
        masked = self._mask(self._rest)
        kept = max(0, self._mask.longest - 1)
        end = len(masked) - kept
        self._rest = masked[end:]
        self._say_line(masked[:end])
