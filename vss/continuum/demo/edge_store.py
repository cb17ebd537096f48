"""A store of the edge's own: an emulated S3 on loopback, in the place of a MinIO server."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from vss.continuum.edge.services import EdgeService
from vss.local import service
from vss.local.deployment import API

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_MINIO = "minio"
_REGION = "us-east-1"
_IDLE_MINUTES = "30"


@dataclass(frozen=True, slots=True)
class EdgeStore:
    """A running store.

    Attributes:
        endpoint: its address.
        access_key: of who may do everything in it.
        secret_key: likewise.
        client: for it.
    """

    endpoint: str
    access_key: str
    secret_key: str
    client: S3Client

    @property
    def variables(self) -> Mapping[str, str]:
        """What the ``env:`` references of the workflow's file look up."""
        return {
            "VSS_MINIO_ACCESS_KEY": self.access_key,
            "VSS_MINIO_SECRET_KEY": self.secret_key,
        }

    def serving(self, edge: EdgeService) -> EdgeService:
        """Return the service with this store as its MinIO server; its buckets are made."""
        description = edge.description
        places = (*description.inputs, *(output.place for output in description.outputs))
        there = {bucket["Name"] for bucket in self.client.list_buckets()["Buckets"]}
        for bucket in {place.bucket for place in places if place.kind == _MINIO} - there:
            self.client.create_bucket(Bucket=bucket)
        providers = {
            name: replace(provider, endpoint=self.endpoint)
            if name.partition(".")[0] == _MINIO
            else provider
            for name, provider in description.providers.items()
        }
        return replace(edge, description=replace(description, providers=providers))


@contextmanager
def edge_store(folder: Path) -> Iterator[EdgeStore]:
    """Start a store, its log in ``folder``; with what it holds it is gone at the end.

    Raises:
        ServiceError: it does not start.
    """
    key, secret = "AKIA" + secrets.token_hex(8).upper(), secrets.token_urlsafe(30)
    environment = {"VSS_LOCAL_ROOT_KEY": key, "VSS_LOCAL_ROOT_SECRET": secret}
    arguments = ["--port", "0", "--idle-minutes", _IDLE_MINUTES]
    started = service.start(API, arguments, environment, folder / "edge_store.log")
    try:
        endpoint = started.ready["endpoint"]
        session = boto3.Session(key, secret, region_name=_REGION)
        yield EdgeStore(endpoint, key, secret, session.client("s3", endpoint_url=endpoint))
    finally:
        service.end(started.pid, API)
