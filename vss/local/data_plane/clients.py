"""boto3 clients of the data plane: as the deployer, and as a function's role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import CredentialProvider, CredentialResolver, RefreshableCredentials

from vss.local.state import REGION

CREDENTIALS_LIFE = timedelta(hours=1)


def root_session(key_id: str, secret: str) -> boto3.Session:
    """Return a session of the deployer, who may do everything."""
    return boto3.Session(aws_access_key_id=key_id, aws_secret_access_key=secret, region_name=REGION)


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
        metadata=metadata(), refresh_using=metadata, method=_RoleProvider.METHOD
    )


class _RoleProvider(CredentialProvider):
    METHOD = "local-role"

    def __init__(self, credentials: RefreshableCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> RefreshableCredentials:
        return self._credentials


def role_session(credentials: RefreshableCredentials) -> boto3.Session:
    """Return a session that uses ``credentials``."""
    core = botocore.session.Session()
    core.register_component("credential_provider", CredentialResolver([_RoleProvider(credentials)]))
    return boto3.Session(botocore_session=core, region_name=REGION)


def client_configuration() -> Config:
    """Return what all clients have in common: path-style S3, few retries, kept connections."""
    return Config(
        s3={"addressing_style": "path"},
        retries={"mode": "standard", "max_attempts": 3},
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=64,
        tcp_keepalive=True,
    )
