"""A finding of a paper beside ours: whether they agree, with the number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether ours agrees."""

    AGREES = "agrees"
    PARTLY = "partly"
    DISAGREES = "disagrees"

    @classmethod
    def of(cls, holds: Sequence[bool]) -> Verdict:
        """Return what follows from the parts of a finding."""
        if all(holds):
            return cls.AGREES
        return cls.PARTLY if any(holds) else cls.DISAGREES


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of the paper beside ours.

    Attributes:
        claim: what the paper says.
        verdict: whether ours agrees.
        ours: our numbers.
    """

    claim: str
    verdict: Verdict
    ours: str


def as_table(findings: Iterable[Finding]) -> str:
    """Return findings as a table in Markdown."""
    lines = ["| the paper | ours | numbers |", "|---|---|---|"]
    lines += [f"| {one.claim} | **{one.verdict}** | {one.ours} |" for one in findings]
    return "\n".join(lines)
