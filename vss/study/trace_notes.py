"""What a function tells X-Ray, kept for whoever started it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


class TraceNotes:
    """Takes what the function sends to X-Ray and keeps it."""

    def __init__(self) -> None:
        self.documents: list[str] = []

    def add(self, document: str) -> None:
        """Keep a segment."""
        self.documents.append(document)

    def find(self, name: str) -> Mapping[str, float]:
        """Return what was noted under a name, nothing if nothing was."""
        for document in self.documents:
            for found in _values(json.loads(document), name):
                if isinstance(found, dict):
                    return found
        return {}


def _values(document: Any, name: str) -> Iterator[Any]:
    if isinstance(document, dict):
        if name in document:
            yield document[name]
        for value in document.values():
            yield from _values(value, name)
    elif isinstance(document, list):
        for value in document:
            yield from _values(value, name)
