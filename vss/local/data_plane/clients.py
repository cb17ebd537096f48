"""Who the data plane is towards AWS: the deployer for code, the function's role for the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.credentials import RefreshableCredentials

from vss.local.state import REGION

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CREDENTIALS_LIFE = timedelta(hours=1)


def asset_store(endpoint: str, key_id: str, secret: str) -> S3Client:
    """Return an S3 client of the deployer, who may read the asset bucket."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        config=Config(s3={"addressing_style": "path"}),
    )


def role_credentials(fetch: Callable[[], Mapping[str, str]]) -> RefreshableCredentials:
    """Return a role's credentials, which are fetched again before their hour is over.

    Raises:
        DataPlaneError: ``fetch`` is refused; later also by whoever uses the credentials.
    """

    def metadata() -> dict[str, Any]:
        credentials = fetch()
        return {
            "access_key": credentials["AccessKeyId"],
            "secret_key": credentials["SecretAccessKey"],
            "token": credentials["SessionToken"],
            "expiry_time": (datetime.now(UTC) + CREDENTIALS_LIFE).isoformat(),
        }

    return RefreshableCredentials.create_from_metadata(
        metadata=metadata(), refresh_using=metadata, method="local-role"
    )
