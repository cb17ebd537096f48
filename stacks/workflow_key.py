"""The key of a workflow."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.key_policies import (
    administration,
    key_properties,
    lambda_environment,
    logs,
    notifications,
    uploads,
    use_through,
)
from stacks.naming import Naming
from stacks.settings import StageSettings


class WorkflowKey(kms.Key):
    """Encrypts buckets, queues, environments and logs of a workflow.

    One key is enough: who reads logs needs no right on it, since CloudWatch Logs decrypts them
    itself, and who reads objects gets nothing by the statement for logs.

    Args:
        purpose: of the key, for its alias.
        triggering: purposes of the buckets that notify queues.
        groups: names of the log groups.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        purpose: str,
        triggering: Sequence[str],
        groups: Sequence[str],
        naming: Naming,
        settings: StageSettings,
    ) -> None:
        statements = [
            administration(),
            use_through("s3", "sqs", "lambda"),
            *lambda_environment(),
            notifications(naming, *triggering),
            logs(naming, groups),
        ]
        if settings.uploader_principals:
            statements.append(uploads(settings.uploader_principals))
        super().__init__(
            scope,
            name,
            **key_properties(naming, settings, purpose, "Objects, queues and logs of a workflow"),
            policy=iam.PolicyDocument(statements=statements),
        )
