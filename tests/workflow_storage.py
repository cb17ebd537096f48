"""Stores for workflow functions in tests: moto's S3 server, behind one that spoils requests."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from tests.faulty_s3 import FaultyS3, faulty_s3

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

REGION = "eu-west-1"
ACCESS_KEY, SECRET_KEY = "AKIAWORKFLOWTESTKEY1", "workflow-secret-workflow-secret-workflow"


@dataclass
class WorkflowStorage:
    """A store.

    Attributes:
        upstream: endpoint of the store itself, for the test.
        faults: the server before it, for what is tested.
        location: of new buckets; None leaves it to the store.
        keeps_to_conditions: whether ``If-None-Match`` keeps it from overwriting.
    """

    upstream: str
    faults: FaultyS3
    location: str | None = REGION
    keeps_to_conditions: bool = True
    client: S3Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = boto3.client(
            "s3",
            endpoint_url=self.upstream,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            config=Config(s3={"addressing_style": "path"}),
        )

    @property
    def provider(self) -> dict[str, Any]:
        """The entry of ``storage_providers`` that leads here through the faults."""
        return {
            "access_key": ACCESS_KEY,
            "secret_key": SECRET_KEY,
            "endpoint": self.faults.endpoint,
            "region": REGION,
        }

    def bucket(self, name: str) -> None:
        """Make a bucket."""
        where: dict[str, Any] = {"LocationConstraint": self.location} if self.location else {}
        given = {"CreateBucketConfiguration": where} if where else {}
        self.client.create_bucket(Bucket=name, **given)

    def put(self, bucket: str, key: str, content: bytes) -> str:
        """Store an object; return its ETag."""
        return self.client.put_object(Bucket=bucket, Key=key, Body=content)["ETag"].strip('"')

    def objects(self, bucket: str, prefix: str = "") -> dict[str, bytes]:
        """Return key and content of all objects."""
        listed = self.client.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        return {item["Key"]: self.get(bucket, item["Key"]) for item in listed}

    def get(self, bucket: str, key: str) -> bytes:
        """Return the content of an object."""
        with self.client.get_object(Bucket=bucket, Key=key)["Body"] as body:
            return body.read()

    def tags(self, bucket: str, key: str) -> dict[str, str]:
        """Return the tags of an object."""
        found = self.client.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        return {tag["Key"]: tag["Value"] for tag in found}

    def versions(self, bucket: str, key: str) -> int:
        """Return how often an object of a versioned bucket was written."""
        try:
            found = self.client.list_object_versions(Bucket=bucket, Prefix=key).get("Versions", [])
        except ClientError:
            return 0
        return sum(version["Key"] == key for version in found)

    def remove_all(self) -> None:
        """Remove all buckets, with all versions of all objects in them."""
        for bucket in self.client.list_buckets()["Buckets"]:
            name = bucket["Name"]
            for page in self.client.get_paginator("list_object_versions").paginate(Bucket=name):
                for item in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                    self.client.delete_object(
                        Bucket=name, Key=item["Key"], VersionId=item["VersionId"]
                    )
            self.client.delete_bucket(Bucket=name)

    def keep_versions(self, bucket: str) -> None:
        """Let a bucket keep all that is written."""
        self.client.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
        )


@contextmanager
def workflow_storage(upstream: str) -> Iterator[WorkflowStorage]:
    """Empty moto's server and stand before it."""
    reset = urllib.request.Request(f"{upstream}/moto-api/reset", method="POST")  # noqa: S310
    with urllib.request.urlopen(reset), faulty_s3(upstream) as faults:  # noqa: S310
        yield WorkflowStorage(upstream, faults)


@pytest.fixture(scope="session")
def _storage_server() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def storage(_storage_server: str) -> Iterator[WorkflowStorage]:
    """An empty store behind a server that spoils requests."""
    with workflow_storage(_storage_server) as found:
        yield found
