"""Log groups that are encrypted and forget."""

from __future__ import annotations

from typing import cast

from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.settings import StageSettings


class EncryptedLogGroup(logs.LogGroup):
    """A log group under our key, with the stage's retention."""

    def __init__(
        self, scope: Construct, name: str, group_name: str, key: kms.IKey, settings: StageSettings
    ) -> None:
        super().__init__(
            scope,
            name,
            log_group_name=group_name,
            encryption_key=key,
            removal_policy=settings.on_removal,
        )
        # The construct takes the days as an enumeration without a way from the number.
        cast(
            logs.CfnLogGroup, self.node.default_child
        ).retention_in_days = settings.log_retention_days
