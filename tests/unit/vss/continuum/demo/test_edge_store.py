"""The edge's own store: reached with its keys alone, in the place of the file's MinIO server."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from vss.continuum.demo.edge_store import EdgeStore, edge_store
from vss.continuum.demo.workflow_here import FILE
from vss.continuum.edge.services import local_services
from vss.continuum.fdl.loading import load


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeStore]:
    with edge_store(tmp_path_factory.mktemp("store")) as found:
        yield found
    with pytest.raises(EndpointConnectionError):
        found.client.list_buckets()


def test_it_is_on_loopback_and_wants_its_keys(store: EdgeStore) -> None:
    assert store.endpoint.startswith("http://127.0.0.1:")
    stranger = boto3.client(
        "s3",
        endpoint_url=store.endpoint,
        region_name="us-east-1",
        aws_access_key_id=store.access_key,
        aws_secret_access_key="x" * 40,
    )
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        stranger.list_buckets()


def test_the_service_of_the_file_is_led_to_it(store: EdgeStore) -> None:
    (declared,) = local_services(load(FILE))
    served = store.serving(declared).description
    assert served.providers["minio.default"].endpoint == store.endpoint
    assert served.providers["s3.results"] == declared.description.providers["s3.results"]
    assert served.outputs == declared.description.outputs
    # Secrets stay references, which the store's variables resolve.
    keys = served.providers["minio.default"].credentials
    assert keys is not None
    assert {keys.access_key, keys.secret_key} == {f"env:{name}" for name in store.variables}
    assert store.variables["VSS_MINIO_SECRET_KEY"] == store.secret_key
    buckets = {bucket["Name"] for bucket in store.client.list_buckets()["Buckets"]}
    assert buckets == {"anonymise-and-split"}
    assert store.serving(declared).description == served  # its bucket is there already
