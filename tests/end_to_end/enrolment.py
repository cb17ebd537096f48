"""Photographs for the deployed enrolment function, and what it reported."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from business_logic.calendar import today
from business_logic.enrolment_terms import EnrolmentTerms

from vss.cloud.deployment import Deployment
from vss.cloud.enrolment import Photograph, await_reports, put_photographs
from vss.cloud.photograph_files import PhotographFile

LIMIT_S = 180.0
TERMS = EnrolmentTerms("Consent form 17", today() + timedelta(days=30))


@dataclass(frozen=True)
class Taken:
    """A photograph of somebody, JPEG or PNG."""

    person_id: str
    name: str
    content: bytes


def enrol(
    deployment: Deployment, photographs: Sequence[Taken], at_once: int = 1
) -> list[dict[str, Any]]:
    """Put photographs, ``at_once`` at a time; return their reports, in the same order."""
    with ThreadPoolExecutor(at_once) as pool:
        put = list(pool.map(lambda taken: _put(deployment, taken), photographs))
    reports = {
        photograph.key: report for photograph, report in await_reports(deployment, put, LIMIT_S)
    }
    assert len(reports) == len(photographs), "a photograph has no report"
    return [reports[photograph.key] for photograph in put]


def _put(deployment: Deployment, taken: Taken) -> Photograph:
    file = PhotographFile(Path(taken.name), taken.content, f"{taken.name}.jpg")
    (put,) = put_photographs(deployment, taken.person_id, [file], TERMS, lambda _: None)
    return put
