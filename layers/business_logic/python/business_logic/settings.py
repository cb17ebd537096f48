"""The settings of the surveillance function, read once from its environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from business_logic.alert_rules import AlertRules
from business_logic.network_settings import NetworkSettings
from business_logic.silence_periods import SilencePeriods
from business_logic.variables import ACCOUNT, BUCKET, KEY_ARN, STAGE, Variables

_ON_DEMAND = "on-demand"
_SNAP_START = "snap-start"


class Scope(StrEnum):
    """When the networks are loaded: once before the first invocation, or inside each."""

    GLOBAL = "global"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """What the deployment tells the function.

    Attributes:
        stage: name of the deployment.
        frames_bucket: where cameras put their images.
        results_bucket: where records and alerts go.
        results_key_arn: the key they are encrypted with.
        gallery_bucket: where the gallery's index lies.
        bucket_owner: account that owns all of these buckets.
        networks: which are loaded.
        scope: when the networks are loaded.
        alerts: which are raised, and when.
        silence: after how long without a frame a camera is silent.
        initialization: how Lambda started the environment: on-demand, provisioned-concurrency,
            snap-start, or a kind that is newer than this software.
    """

    stage: str
    frames_bucket: str
    results_bucket: str
    results_key_arn: str
    gallery_bucket: str
    bucket_owner: str
    networks: NetworkSettings
    scope: Scope
    alerts: AlertRules
    silence: SilencePeriods
    initialization: str

    @property
    def on_demand(self) -> bool:
        """Whether the first invocation had to wait for the start of the environment."""
        return self.initialization == _ON_DEMAND

    @property
    def snap_start(self) -> bool:
        """Whether Lambda keeps a snapshot of the environment and restores it from there."""
        return self.initialization == _SNAP_START

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings.

        Raises:
            ConfigurationError: a variable is missing, empty, out of range, or not known.
        """
        variables = Variables(environment)
        settings = cls(
            stage=variables.text("VSS_STAGE", STAGE),
            frames_bucket=variables.text("VSS_FRAMES_BUCKET", BUCKET),
            results_bucket=variables.text("VSS_RESULTS_BUCKET", BUCKET),
            results_key_arn=variables.text("VSS_RESULTS_KEY_ARN", KEY_ARN),
            gallery_bucket=variables.text("VSS_GALLERY_BUCKET", BUCKET),
            bucket_owner=variables.text("VSS_BUCKET_OWNER", ACCOUNT),
            networks=NetworkSettings.read(variables),
            scope=variables.choice("VSS_SCOPE", Scope),
            alerts=AlertRules.read(variables),
            silence=SilencePeriods.read(variables),
            initialization=environment.get("AWS_LAMBDA_INITIALIZATION_TYPE", _ON_DEMAND),
        )
        variables.refuse_unknown()
        return settings
