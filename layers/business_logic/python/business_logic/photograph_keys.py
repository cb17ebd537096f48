"""Keys of the gallery bucket: whose photograph it is, and where its template and report go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

PHOTOGRAPHS = "photos/"
PERSON_ID = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
_KEY = re.compile(rf"{PHOTOGRAPHS}({PERSON_ID})/([^/]+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PhotographKey:
    """The key ``photos/<person_id>/<name>``."""

    person_id: str
    name: str

    @classmethod
    def parse(cls, key: str) -> Self | None:
        """Read a key; None where it is no photograph's."""
        match = _KEY.fullmatch(key)
        return None if match is None else cls(match[1], match[2])

    def __str__(self) -> str:
        return f"{PHOTOGRAPHS}{self.person_id}/{self.name}"

    @property
    def template(self) -> str:
        """The key of the template that was made of it."""
        return f"templates/{self.person_id}/{self.name}.json"

    @property
    def report(self) -> str:
        """The key of the report on its enrolment."""
        return f"reports/{self.person_id}/{self.name}.json"
