"""Clients of S3-compatible stores."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader, create_loader

from supervisor.description import Provider

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def s3_client(
    provider: Provider, keys: tuple[str, str] | None, timeouts_s: tuple[float, float] = (5.0, 30.0)
) -> S3Client:
    """Return a client of a store.

    Args:
        provider: the store.
        keys: access key and secret key; None: what boto3 finds, in Lambda the function's role.
        timeouts_s: longest waits for a connection, and for the next bytes on it.
    """
    own: dict[str, Any] = {}
    if provider.endpoint is not None:
        # Not every store understands the checksums that botocore adds for Amazon S3.
        own = {"request_checksum_calculation": "when_required"}
        own |= {"response_checksum_validation": "when_required"}
        own |= {"s3": {"addressing_style": "path"}}
    config = Config(
        connect_timeout=timeouts_s[0],
        read_timeout=timeouts_s[1],
        retries={"total_max_attempts": 1, "mode": "standard"},
        **own,
    )
    given: dict[str, Any] = {}
    if keys is not None:
        given = {"aws_access_key_id": keys[0], "aws_secret_access_key": keys[1]}
    session = botocore.session.Session()
    session.register_component("data_loader", _descriptions())
    return boto3.session.Session(botocore_session=session).client(
        "s3",
        endpoint_url=provider.endpoint,
        region_name=provider.region or ("us-east-1" if provider.endpoint else None),
        verify=provider.verify,
        config=config,
        **given,
    )


@cache
def _descriptions() -> Loader:
    """Return what botocore knows of S3: to read it again for each store takes most of the time."""
    return create_loader()
