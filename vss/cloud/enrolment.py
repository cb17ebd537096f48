"""Enrols people: puts their photographs into the gallery bucket, waits for what becomes of them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from botocore.exceptions import ClientError
from business_logic.calendar import today
from business_logic.enrolment_terms import EnrolmentTerms, TermsError
from business_logic.photograph_keys import PERSON_ID, PhotographKey
from business_logic.record import Json
from deep_learning.errors import ConfigurationError

from vss.cloud.deployment import Deployment
from vss.cloud.object_versions import bucket_errors, is_gone
from vss.cloud.photograph_files import PhotographFile

_PAUSE_S = 0.5


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photograph that was put into the bucket.

    Attributes:
        path: on this machine.
        key: in the bucket.
        version_id: of the object.
    """

    path: Path
    key: PhotographKey
    version_id: str


def checked_terms(basis: str, until: date) -> EnrolmentTerms:
    """Return the terms of an enrolment that begins today.

    Raises:
        ConfigurationError: the basis is empty or too long, or the last day is over.
    """
    terms = EnrolmentTerms(basis.strip(), until)
    try:
        return EnrolmentTerms.read(terms.metadata(), today())
    except TermsError as error:
        raise ConfigurationError(str(error)) from error


def put_photographs(
    deployment: Deployment,
    person_id: str,
    files: Sequence[PhotographFile],
    terms: EnrolmentTerms,
    put: Callable[[Photograph], None],
) -> list[Photograph]:
    """Put photographs of a person into the gallery bucket; the function enrols them.

    A photograph put again takes its own place. ``put`` is told of each that has arrived.

    Raises:
        ConfigurationError: the id is none.
        DeploymentError: the bucket refuses; what has arrived is enrolled.
    """
    check_person_id(person_id)
    photographs = []
    for file in files:
        photographs.append(_put(deployment, person_id, file, terms))
        put(photographs[-1])
    return photographs


def check_person_id(person_id: str) -> None:
    """Refuse what is no id of a person.

    Raises:
        ConfigurationError: saying what is allowed.
    """
    if re.fullmatch(PERSON_ID, person_id) is None:
        raise ConfigurationError(
            f"person id {person_id!r}; allowed are up to 64 letters, digits and _ . -, the first "
            "a letter or digit. An id, not a name: it stands in keys and records"
        )


def _put(
    deployment: Deployment, person_id: str, file: PhotographFile, terms: EnrolmentTerms
) -> Photograph:
    key = PhotographKey(person_id, file.name)
    bucket = deployment.output("GalleryBucket")
    with bucket_errors(bucket, f"given {file.path}"):
        stored = deployment.s3.put_object(
            Bucket=bucket,
            Key=str(key),
            Body=file.content,
            Metadata=terms.metadata(),
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=deployment.output("GalleryKeyArn"),
        )
    return Photograph(file.path, key, stored["VersionId"])


def await_reports(
    deployment: Deployment, photographs: Sequence[Photograph], timeout_s: float
) -> Iterator[tuple[Photograph, Json]]:
    """Yield the reports on photographs as they come, until all have or ``timeout_s`` is over.

    Raises:
        DeploymentError: the bucket cannot be read.
    """
    waiting, deadline = list(photographs), time.monotonic() + timeout_s
    while waiting:
        for photograph, report in list(_reports(deployment, waiting)):
            waiting.remove(photograph)
            yield photograph, report
        if time.monotonic() >= deadline:
            break
        if waiting:
            time.sleep(_PAUSE_S)


def _reports(
    deployment: Deployment, photographs: Sequence[Photograph]
) -> Iterator[tuple[Photograph, Json]]:
    bucket = deployment.output("GalleryBucket")
    for photograph in photographs:
        with bucket_errors(bucket, "read"):
            try:
                found = deployment.s3.get_object(Bucket=bucket, Key=photograph.key.report)
            except ClientError as error:
                if is_gone(error):
                    continue
                raise
            report: Json = json.loads(found["Body"].read())
        if report["photograph"]["version_id"] == photograph.version_id:
            yield photograph, report
