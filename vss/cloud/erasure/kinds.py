"""The kinds of things that tell of a person, and where they lie."""

from __future__ import annotations

from enum import StrEnum

from business_logic.gallery_store import INDEX_KEY
from business_logic.photograph_keys import PHOTOGRAPHS

from vss.cloud.deployment import Deployment
from vss.cloud.redrive import ENROLMENT

TEMPLATES, REPORTS = "templates/", "reports/"
RECORDS, ALERTS, STATES = "records/", "alerts/known_person/", "state/"


class Kind(StrEnum):
    """What is erased; the values are part of the receipt."""

    PHOTOGRAPH = "photograph"
    TEMPLATE = "template"
    REPORT = "enrolment report"
    INDEX_ENTRY = "template in the index"
    INDEX_VERSION = "old index with the person"
    MESSAGE = "message about a photograph"
    RECORD = "name and scores in a record"
    ALERT = "alert"
    STATE = "state of a camera"


PERSON = "<person_id>"
"""Stands for the person's id in the places of a receipt."""


def place_of(kind: Kind, deployment: Deployment) -> str:
    """Return where things of a kind lie, without the person's id."""
    gallery, results = (f"s3://{deployment.output(f'{name}Bucket')}/" for name in _BUCKETS)
    return {
        Kind.PHOTOGRAPH: f"{gallery}{PHOTOGRAPHS}{PERSON}/",
        Kind.TEMPLATE: f"{gallery}{TEMPLATES}{PERSON}/",
        Kind.REPORT: f"{gallery}{REPORTS}{PERSON}/",
        Kind.INDEX_ENTRY: f"{gallery}{INDEX_KEY}",
        Kind.INDEX_VERSION: f"{gallery}{INDEX_KEY}",
        Kind.MESSAGE: f"{deployment.output(ENROLMENT.queue)} and its dead letters",
        Kind.RECORD: f"{results}{RECORDS}",
        Kind.ALERT: f"{results}{ALERTS}",
        Kind.STATE: f"{results}{STATES}",
    }[kind]


_BUCKETS = ("Gallery", "Results")
