"""The people of a gallery as their bucket has them: who, on what basis, until when."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from botocore.exceptions import ClientError
from business_logic.gallery_index import GalleryIndex, parse_index, read_header
from business_logic.gallery_store import INDEX_KEY
from business_logic.photograph_keys import PHOTOGRAPHS, PhotographKey
from business_logic.record import Json
from deep_learning.errors import ConfigurationError

from vss.cloud.deployment import Deployment
from vss.cloud.object_versions import bucket_errors, is_gone


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person, in one line.

    Attributes:
        person_id: the id.
        templates: how many faces are compared with theirs.
        until: the last day of that, None where there is no template.
    """

    person_id: str
    templates: int
    until: date | None


@dataclass(frozen=True, slots=True)
class EnrolledPhotograph:
    """A photograph and what became of it.

    Attributes:
        key: in the gallery bucket.
        template: the document of its template, None where it was refused or not handled yet.
        report: the report on it, None where it was not handled yet.
    """

    key: PhotographKey
    template: Json | None
    report: Json | None


def list_persons(deployment: Deployment) -> list[KnownPerson]:
    """Return the people of whom there is a photograph or a template, by their ids.

    Takes one object, the index, and a listing of the people, not of their photographs.

    Raises:
        GalleryError: the index is damaged.
        DeploymentError: the bucket cannot be read.
    """
    known: dict[str, KnownPerson] = {
        person_id: KnownPerson(person_id, 0, None) for person_id in _photographed(deployment)
    }
    if (index := _index(deployment)) is not None:
        for person_id in index.person_ids:
            until = index.until[index.of(person_id)]
            last_day = date.fromordinal(int(np.max(until)))
            known[person_id] = KnownPerson(person_id, len(until), last_day)
    return sorted(known.values(), key=lambda person: person.person_id)


def read_person(deployment: Deployment, person_id: str) -> Sequence[EnrolledPhotograph]:
    """Return the photographs of a person, by key.

    Raises:
        ConfigurationError: there is none.
        DeploymentError: the bucket cannot be read.
    """
    keys = gallery_keys(deployment, f"{PHOTOGRAPHS}{person_id}/")
    photographs = [key for key in map(PhotographKey.parse, keys) if key is not None]
    if not photographs:
        raise ConfigurationError(f"nobody with the id {person_id!r} is in {deployment.name}")
    return [
        EnrolledPhotograph(
            key, _document(deployment, key.template), _document(deployment, key.report)
        )
        for key in photographs
    ]


def gallery_keys(deployment: Deployment, prefix: str) -> Iterator[str]:
    """Yield the keys of the gallery bucket below a prefix.

    Raises:
        DeploymentError: the bucket cannot be listed.
    """
    bucket = deployment.output("GalleryBucket")
    pages = deployment.s3.get_paginator("list_objects_v2")
    with bucket_errors(bucket, "listed"):
        for page in pages.paginate(Bucket=bucket, Prefix=prefix):
            yield from (item["Key"] for item in page.get("Contents", []))


def gallery_content(deployment: Deployment, key: str) -> bytes | None:
    """Return an object of the gallery bucket, None where there is none.

    Raises:
        DeploymentError: the bucket cannot be read.
    """
    bucket = deployment.output("GalleryBucket")
    with bucket_errors(bucket, "read"):
        try:
            return deployment.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except ClientError as error:
            if is_gone(error):
                return None
            raise


def _photographed(deployment: Deployment) -> Iterator[str]:
    bucket = deployment.output("GalleryBucket")
    pages = deployment.s3.get_paginator("list_objects_v2")
    with bucket_errors(bucket, "listed"):
        for page in pages.paginate(Bucket=bucket, Prefix=PHOTOGRAPHS, Delimiter="/"):
            for prefix in page.get("CommonPrefixes", []):
                yield prefix["Prefix"].removeprefix(PHOTOGRAPHS).rstrip("/")


def _index(deployment: Deployment) -> GalleryIndex | None:
    content = gallery_content(deployment, INDEX_KEY)
    if content is None:
        return None
    return parse_index(content, read_header(content.partition(b"\n")[0]).network_sha384)


def _document(deployment: Deployment, key: str) -> Json | None:
    content = gallery_content(deployment, key)
    if content is None:
        return None
    document: Json = json.loads(content)
    return document
