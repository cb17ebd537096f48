"""The settings of the mask function, read once from its environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from deep_learning.errors import ConfigurationError

from business_logic.network_settings import NetworkSettings
from business_logic.variables import ACCOUNT, BUCKET, KEY_ARN, STAGE, Variables

FOLDER = r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*"


@dataclass(frozen=True, slots=True)
class MaskSettings:
    """What the deployment tells the function.

    Attributes:
        stage: name of the deployment.
        input_bucket: where anonymised images come.
        input_folder: the folder in it, without slashes at its ends.
        output_bucket: where results go; may be the same.
        output_folder: the folder in it; must not be one whose images come in again.
        output_key_arn: the key they are encrypted with.
        bucket_owner: account that owns both buckets.
        networks: which are loaded.
    """

    stage: str
    input_bucket: str
    input_folder: str
    output_bucket: str
    output_folder: str
    output_key_arn: str
    bucket_owner: str
    networks: NetworkSettings

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings.

        Raises:
            ConfigurationError: a variable is missing, empty, out of range, or not known, or the
                results would come in again.
        """
        variables = Variables(environment)
        settings = cls(
            stage=variables.text("VSS_STAGE", STAGE),
            input_bucket=variables.text("VSS_INPUT_BUCKET", BUCKET),
            input_folder=variables.text("VSS_INPUT_FOLDER", FOLDER),
            output_bucket=variables.text("VSS_OUTPUT_BUCKET", BUCKET),
            output_folder=variables.text("VSS_OUTPUT_FOLDER", FOLDER),
            output_key_arn=variables.text("VSS_OUTPUT_KEY_ARN", KEY_ARN),
            bucket_owner=variables.text("VSS_BUCKET_OWNER", ACCOUNT),
            networks=NetworkSettings.read(variables),
        )
        variables.refuse_unknown()
        settings.refuse_loop()
        return settings

    def refuse_loop(self) -> None:
        """Raise where a result would be an input: the function would call itself for ever."""
        if self.input_bucket == self.output_bucket and f"{self.output_folder}/".startswith(
            f"{self.input_folder}/"
        ):
            raise ConfigurationError(
                f"VSS_OUTPUT_FOLDER is {self.output_folder!r}; allowed is a folder outside of "
                f"{self.input_folder!r}, whose images come in"
            )
