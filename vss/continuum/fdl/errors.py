"""What is wrong with an FDL file, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deep_learning.errors import ConfigurationError


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file; line and column count from 1."""

    source: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """An error or a warning; no secret is ever in its message.

    Attributes:
        place: where in the file.
        path: of the key: ``functions.oscar[0].my_oscar.memory``; empty where the file has no keys.
        message: what is the matter and what is allowed.
    """

    place: Place
    path: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (str(self.place), self.path, self.message) if part)


class FdlError(ConfigurationError):
    """An FDL file is not as it must be.

    Attributes:
        problems: all that is wrong, in the order of the file.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))
