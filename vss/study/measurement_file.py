"""A JSON file of measurements of one subject, added to after every measurement."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from deep_learning.errors import ConfigurationError

Json = dict[str, Any]


class MeasurementFile:
    """The measurements of one subject, by their keys.

    Args:
        path: of the file.
        subject: what is measured, and where; measurements of another subject are refused.
        fresh: forget what is there.

    Raises:
        ConfigurationError: the file is none of ours, or of another subject.
    """

    def __init__(self, path: Path, subject: Mapping[str, str], fresh: bool = False) -> None:
        self._path = path
        self._document: Json = {"subject": dict(subject), "cells": {}}
        if path.exists() and not fresh:
            self._document = self._read(subject)

    @property
    def subject(self) -> Mapping[str, str]:
        """What was measured, and where."""
        found: Mapping[str, str] = self._document["subject"]
        return found

    def get(self, key: str) -> Any:
        """Return a measurement; None if it was not made yet."""
        return self._document["cells"].get(key)

    def below(self, prefix: str) -> Iterator[Any]:
        """Yield the measurements whose keys begin so, in the order in which they were made."""
        cells = self._document["cells"].items()
        return (value for key, value in cells if key.startswith(prefix))

    def put(self, key: str, value: Any) -> None:
        """Keep a measurement."""
        self._document["cells"][key] = value
        self._write()

    def _read(self, subject: Mapping[str, str]) -> Json:
        try:
            document: Json = json.loads(self._path.read_text("utf-8"))
            found, _ = document["subject"], document["cells"]
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(
                f"{self._path} cannot be read ({error!r}); --fresh measures again"
            ) from error
        if found != dict(subject):
            changed = sorted(name for name in subject if found.get(name) != subject[name])
            raise ConfigurationError(
                f"{self._path} holds measurements of something else ({', '.join(changed)} "
                "changed); --fresh forgets them, --out puts the new ones elsewhere"
            )
        return document

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(self._document, indent=1) + "\n", "utf-8")
        part.replace(self._path)
