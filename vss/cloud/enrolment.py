"""Enrols people: puts their photographs into the gallery bucket, waits for what becomes of them."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from business_logic.enrolment_terms import EnrolmentTerms
from business_logic.photograph_keys import PERSON_ID, PhotographKey
from business_logic.record import Json
from deep_learning.errors import ConfigurationError

from vss.cloud.deployment import Deployment, DeploymentError

_PAUSE_S = 0.5
_DIGITS = 20
_ABSENT = {"NoSuchKey", "404"}


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


def put_photographs(
    deployment: Deployment, person_id: str, paths: Sequence[Path], terms: EnrolmentTerms
) -> list[Photograph]:
    """Put photographs of a person into the gallery bucket; the function enrols them.

    A photograph is named after its content: put again, it takes its own place.

    Raises:
        ConfigurationError: the id is none.
        DeploymentError: the bucket refuses.
        OSError: a file cannot be read.
    """
    if re.fullmatch(PERSON_ID, person_id) is None:
        raise ConfigurationError(
            f"person id {person_id!r}; allowed are up to 64 letters, digits and _ . -, the first "
            "a letter or digit. An id, not a name: it stands in keys and records"
        )
    contents = [(path, path.read_bytes()) for path in paths]
    return [_put(deployment, person_id, path, content, terms) for path, content in contents]


def _put(
    deployment: Deployment, person_id: str, path: Path, content: bytes, terms: EnrolmentTerms
) -> Photograph:
    digest = hashlib.sha256(content).hexdigest()[:_DIGITS]
    key = PhotographKey(person_id, f"{digest}{path.suffix.lower()}")
    bucket = deployment.output("GalleryBucket")
    try:
        stored = deployment.s3.put_object(
            Bucket=bucket,
            Key=str(key),
            Body=content,
            Metadata=terms.metadata(),
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=deployment.output("GalleryKeyArn"),
        )
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"{path} was not put into bucket {bucket}: {error}") from error
    return Photograph(path, key, stored["VersionId"])


def await_reports(
    deployment: Deployment,
    photographs: Sequence[Photograph],
    timeout_s: float,
    arrived: Callable[[Photograph, Json], None],
) -> list[Photograph]:
    """Wait for the reports on photographs, each told to ``arrived``.

    Returns:
        The photographs that have none after ``timeout_s``.

    Raises:
        DeploymentError: the bucket cannot be read.
    """
    waiting, deadline = list(photographs), time.monotonic() + timeout_s
    while waiting and time.monotonic() < deadline:
        for photograph, report in list(_reports(deployment, waiting)):
            waiting.remove(photograph)
            arrived(photograph, report)
        if waiting:
            time.sleep(_PAUSE_S)
    return waiting


def _reports(
    deployment: Deployment, photographs: Sequence[Photograph]
) -> Iterator[tuple[Photograph, Json]]:
    bucket = deployment.output("GalleryBucket")
    for photograph in photographs:
        try:
            found = deployment.s3.get_object(Bucket=bucket, Key=photograph.key.report)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _ABSENT:
                continue
            raise DeploymentError(f"reports in bucket {bucket} cannot be read: {error}") from error
        except BotoCoreError as error:
            raise DeploymentError(f"reports in bucket {bucket} cannot be read: {error}") from error
        report: Json = json.loads(found["Body"].read())
        if report["photograph"]["version_id"] == photograph.version_id:
            yield photograph, report
