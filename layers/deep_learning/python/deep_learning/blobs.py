"""Blobs: networks compiled ahead, which load in a fraction of the time.

A blob is of one network, one OpenVINO and one kind of processor: any other refuses it, and then
the network is compiled as if there were no blob. Blobs lie beside the manifest, those of each kind
of processor in a folder: ``blobs/<processor>/<network>-<content>.blob``, where ``network`` is a
hash of the files it was made of and ``content`` one of the blob itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from deep_learning.network_entry import NetworkEntry

FOLDER = "blobs"
_SUFFIX = ".blob"
_DIGITS = 32


def blob_name(entry: NetworkEntry, content: bytes) -> str:
    """Return the name of the file for the blob ``content`` of the network ``entry``."""
    return f"{_network_digest(entry)}-{_digest(content)}{_SUFFIX}"


def blobs_of(root: Path, entry: NetworkEntry) -> Iterator[Path]:
    """Yield the blobs of ``entry`` below ``root``, the folder of the manifest."""
    yield from sorted((root / FOLDER).glob(f"*/{_network_digest(entry)}-*{_SUFFIX}"))


def read_blob(path: Path) -> bytes | None:
    """Return a blob; None where it cannot be read, or has not the content of its name."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content if path.stem.partition("-")[2] == _digest(content) else None


def _network_digest(entry: NetworkEntry) -> str:
    return _digest(f"{entry.description.sha384} {entry.weights.sha384}".encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGITS]
