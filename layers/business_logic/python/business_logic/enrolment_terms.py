"""The terms of an enrolment: on what basis, and until when. They travel with the photograph.

As metadata of the object they cannot get lost on the way: without them nobody is enrolled. HTTP
headers are ASCII, so the basis is percent-encoded UTF-8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self
from urllib.parse import quote, unquote

from deep_learning.errors import SurveillanceError

_BASIS, _UNTIL = "vss-basis", "vss-until"
_MOST_BASIS_CHARACTERS = 500


class TermsReason(StrEnum):
    """What is wrong with the terms; the values are part of an enrolment's report."""

    NO_BASIS = "no_basis"
    NO_EXPIRY = "no_expiry"
    EXPIRED = "expired"


class TermsError(SurveillanceError):
    """The terms are missing or allow no enrolment.

    Attributes:
        reason: machine-readable.
    """

    def __init__(self, reason: TermsReason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class EnrolmentTerms:
    """What an enrolment rests on.

    Attributes:
        basis: why the person may be enrolled, in the words of who did it: a consent form's
            number, a contract's clause …
        until: the last day on which the person may be identified.
    """

    basis: str
    until: date

    @classmethod
    def read(cls, metadata: Mapping[str, str], today: date) -> Self:
        """Read the metadata of a photograph.

        Raises:
            TermsError: something is missing, or the last day is over.
        """
        basis = unquote(metadata.get(_BASIS, "")).strip()
        if not 0 < len(basis) <= _MOST_BASIS_CHARACTERS:
            raise TermsError(
                TermsReason.NO_BASIS,
                f"metadata {_BASIS} has {len(basis)} characters; allowed are 1 to "
                f"{_MOST_BASIS_CHARACTERS}: why the person may be enrolled",
            )
        try:
            until = date.fromisoformat(metadata.get(_UNTIL, ""))
        except ValueError:
            found = metadata.get(_UNTIL)
            raise TermsError(
                TermsReason.NO_EXPIRY,
                f"metadata {_UNTIL} is {found!r}; allowed is the last day, as 2027-12-31",
            ) from None
        if until < today:
            raise TermsError(TermsReason.EXPIRED, f"the enrolment has ended on {until}")
        return cls(basis, until)

    def metadata(self) -> dict[str, str]:
        """Return the metadata that says so."""
        return {_BASIS: quote(self.basis), _UNTIL: self.until.isoformat()}
