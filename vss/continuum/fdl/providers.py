"""``storage_providers`` of an FDL file: accounts and servers, and the credentials for them."""

from __future__ import annotations

from pydantic import Field

from vss.continuum.fdl.base import FdlModel
from vss.continuum.fdl.fields import (
    Endpoint,
    Host,
    HostOrEndpoint,
    Identifier,
    Region,
    Secret,
    Word,
)
from vss.continuum.fdl.storage import Location


class StorageProvider(FdlModel):
    """The credentials of one storage account or server."""


class S3Provider(StorageProvider):
    """An AWS account; ``default`` is the role of the function itself and needs no entry."""

    access_key: Secret
    secret_key: Secret
    region: Region = "us-east-1"


class MinioProvider(StorageProvider):
    """An S3-compatible server; ``default`` is the one of the OSCAR cluster."""

    access_key: Secret
    secret_key: Secret
    endpoint: Endpoint = "http://minio-service.minio:9000"
    verify: bool = True
    region: Word = "us-east-1"


class OnedataProvider(StorageProvider):
    """A space of Onedata (EGI DataHub)."""

    oneprovider_host: Host
    token: Secret
    space: Word


class WebdavProvider(StorageProvider):
    """A WebDAV server, by https only."""

    hostname: Host
    login: Secret
    password: Secret


class RucioProvider(StorageProvider):
    """A Rucio data management service."""

    host: Host
    auth_host: HostOrEndpoint
    account: Word
    rse: Word
    refresh_token: Secret
    oidc_audience: str = ""
    token_endpoint: str = ""


class StorageProviders(FdlModel):
    """``storage_providers``: by type, then by the id that the functions name."""

    s3: dict[Identifier, S3Provider] = Field(default_factory=dict)
    minio: dict[Identifier, MinioProvider] = Field(default_factory=dict)
    onedata: dict[Identifier, OnedataProvider] = Field(default_factory=dict)
    webdav: dict[Identifier, WebdavProvider] = Field(default_factory=dict)
    rucio: dict[Identifier, RucioProvider] = Field(default_factory=dict)

    def find(self, location: Location) -> StorageProvider | None:
        """Return the provider that a location names, or None where the file declares none."""
        declared: dict[str, StorageProvider] = getattr(self, location.provider_type)
        return declared.get(location.provider_id)
