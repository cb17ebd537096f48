"""The threshold among the settings of a stage in ``cdk.json``: read, and put in its place.

A file that people write is changed where it must be: all that they wrote stays as it was.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any

from deep_learning.catalogue import CalibratedThreshold
from deep_learning.errors import ConfigurationError

_THRESHOLD, _NETWORK = "identification_threshold", "identification_network"
_BLANKS = " \t\r\n"


def read_stage(path: Path, stage: str) -> Mapping[str, Any]:
    """Return the settings of a stage.

    Raises:
        ConfigurationError: the file cannot be read or does not have the stage.
    """
    try:
        stages: Mapping[str, Mapping[str, Any]] = json.loads(path.read_text("utf-8"))["context"][
            "stages"
        ]
        return stages[stage]
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    except (KeyError, TypeError) as error:
        raise ConfigurationError(f"{path} has no stage {stage!r} in context.stages") from error


def stage_threshold(settings: Mapping[str, Any]) -> CalibratedThreshold | None:
    """Return the threshold that a stage's settings hold, None where they hold none."""
    score, network = settings.get(_THRESHOLD), settings.get(_NETWORK)
    return None if score is None or network is None else CalibratedThreshold(score, network)


def write_threshold(path: Path, stage: str, threshold: CalibratedThreshold) -> None:
    """Put a threshold with its network into the settings of a stage, in place of another.

    Raises:
        ConfigurationError: the file cannot be read or does not have the stage.
        OSError: it cannot be written.
    """
    read_stage(path, stage)
    text = path.read_text("utf-8")
    wanted = {_THRESHOLD: threshold.score, _NETWORK: threshold.network}
    for name, value in wanted.items():
        text = _with_member(text, ("context", "stages", stage), name, json.dumps(value))
    # Whole or not at all, whenever the machine stops.
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, "utf-8")
    beside.chmod(path.stat().st_mode & 0o777)
    beside.replace(path)


@dataclass(frozen=True, slots=True)
class _Member:
    """A member of an object: its name, and where name and value lie in the text."""

    name: str
    start: int
    value: int
    end: int


def _with_member(text: str, way: tuple[str, ...], name: str, value: str) -> str:
    """Return a JSON text with a member of the object at ``way`` set to ``value``."""
    start = _skip(text, 0)
    for step in way:
        start = next(member.value for member in _members(text, start) if member.name == step)
    members = list(_members(text, start))
    for member in members:
        if member.name == name:
            return text[: member.value] + value + text[member.end :]
    if not members:
        return f'{text[: start + 1]}"{name}": {value}{text[start + 1 :]}'
    last = members[-1]
    before = text[: last.start].rstrip(_BLANKS)
    indent = text[len(before) : last.start]
    return f'{text[: last.end]},{indent}"{name}": {value}{text[last.end :]}'


def _members(text: str, start: int) -> Iterator[_Member]:
    """Yield the members of the object that begins at ``start``; the text is valid JSON."""
    at = _skip(text, start + 1)
    while text[at] == '"':
        name, after = scanstring(text, at + 1)
        value = _skip(text, _skip(text, after) + 1)
        _, end = json.JSONDecoder().raw_decode(text, value)
        yield _Member(name, at, value, end)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    while text[at] in _BLANKS:
        at += 1
    return at
