"""Photographs on this machine: what can be told of them before they are put anywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deep_learning.decode import DEFAULT_LIMITS
from deep_learning.errors import ConfigurationError
from deep_learning.jpeg_header import JPEG_SIGNATURE
from deep_learning.png_stream import PNG_SIGNATURE

_SUFFIXES = {JPEG_SIGNATURE: ".jpg", PNG_SIGNATURE: ".png"}
_DIGITS = 20


@dataclass(frozen=True, slots=True)
class PhotographFile:
    """A photograph that may be put into the gallery bucket.

    Attributes:
        path: on this machine.
        content: the file.
        name: made of the content: the same photograph always has the same.
    """

    path: Path
    content: bytes
    name: str


def read_photographs(paths: Sequence[Path]) -> list[PhotographFile]:
    """Read photographs.

    Raises:
        ConfigurationError: one is too large, neither JPEG nor PNG, or there twice.
        OSError: one cannot be read.
    """
    photographs: dict[str, PhotographFile] = {}
    for path in paths:
        photograph = _read(path)
        if (other := photographs.get(photograph.name)) is not None:
            raise ConfigurationError(f"{path} and {other.path} are the same photograph")
        photographs[photograph.name] = photograph
    return list(photographs.values())


def _read(path: Path) -> PhotographFile:
    with path.open("rb") as file:
        content = file.read(DEFAULT_LIMITS.max_bytes + 1)
    if len(content) > DEFAULT_LIMITS.max_bytes:
        raise ConfigurationError(
            f"{path} has {path.stat().st_size} bytes; allowed are {DEFAULT_LIMITS.max_bytes}"
        )
    for signature, suffix in _SUFFIXES.items():
        if content.startswith(signature):
            digest = hashlib.sha256(content).hexdigest()[:_DIGITS]
            return PhotographFile(path, content, f"{digest}{suffix}")
    raise ConfigurationError(f"{path} is neither JPEG nor PNG: allowed are these two")
