"""The settings of the enrolment function, read once from its environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from business_logic.network_settings import NetworkSettings
from business_logic.variables import ACCOUNT, BUCKET, KEY_ARN, STAGE, Variables


@dataclass(frozen=True, slots=True)
class EnrolmentSettings:
    """What the deployment tells the function.

    Attributes:
        stage: name of the deployment.
        gallery_bucket: holds photographs, templates, reports and the index.
        gallery_key_arn: the key they are encrypted with.
        bucket_owner: account that owns the bucket.
        networks: which are loaded.
    """

    stage: str
    gallery_bucket: str
    gallery_key_arn: str
    bucket_owner: str
    networks: NetworkSettings

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings.

        Raises:
            ConfigurationError: a variable is missing, empty, out of range, or not known.
        """
        variables = Variables(environment)
        settings = cls(
            stage=variables.text("VSS_STAGE", STAGE),
            gallery_bucket=variables.text("VSS_GALLERY_BUCKET", BUCKET),
            gallery_key_arn=variables.text("VSS_GALLERY_KEY_ARN", KEY_ARN),
            bucket_owner=variables.text("VSS_BUCKET_OWNER", ACCOUNT),
            networks=NetworkSettings.read(variables),
        )
        variables.refuse_unknown()
        return settings
