"""An FDL file as typed, frozen values; made by :func:`vss.continuum.fdl.loading.load`.

::

    Workflow
    ├── functions
    │   ├── aws    (AwsFunction, …)      lambda_ · iam · api_gateway · cloudwatch · batch · ecr
    │   └── oscar  (OscarFunction, …)    cluster · service: OscarService
    ├── storage_providers                s3 · minio · onedata · webdav · rucio, each by id
    └── clusters                         by id
"""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from vss.continuum.fdl.aws import AwsFunction, LambdaSettings
from vss.continuum.fdl.base import FdlModel, Many, not_allowed
from vss.continuum.fdl.fields import Identifier
from vss.continuum.fdl.oscar import Cluster, OscarFunction, OscarService
from vss.continuum.fdl.providers import (
    MinioProvider,
    OnedataProvider,
    RucioProvider,
    S3Provider,
    StorageProvider,
    StorageProviders,
    WebdavProvider,
)
from vss.continuum.fdl.storage import Location, ProviderType, StoragePath

__all__ = [
    "AwsFunction",
    "Cluster",
    "Functions",
    "LambdaSettings",
    "Location",
    "MinioProvider",
    "OnedataProvider",
    "OscarFunction",
    "OscarService",
    "ProviderType",
    "RucioProvider",
    "S3Provider",
    "StoragePath",
    "StorageProvider",
    "StorageProviders",
    "WebdavProvider",
    "Workflow",
]


class Functions(FdlModel):
    """``functions``: in AWS and on OSCAR clusters."""

    aws: Many[AwsFunction] = ()
    oscar: Many[OscarFunction] = ()

    @model_validator(mode="after")
    def _there_is_one(self) -> Self:
        if not self.aws and not self.oscar:
            raise not_allowed("at least one function, below aws or oscar")
        return self


class Workflow(FdlModel):
    """A whole FDL file."""

    functions: Functions
    storage_providers: StorageProviders = StorageProviders()
    clusters: dict[Identifier, Cluster] = Field(default_factory=dict)
