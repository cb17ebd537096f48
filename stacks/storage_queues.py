"""The queues that feed the functions, each with one of what was given up."""

from __future__ import annotations

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.key_policies import sent_by
from stacks.naming import Naming
from stacks.settings import StageSettings

# AWS's advice for mappings with partial responses: a throttled batch must not end in the DLQ.
MAX_RECEIVE_COUNT = 5
# A message keeps the time it was first sent, so the DLQ has to keep it longer than the source.
SOURCE_RETENTION = cdk.Duration.days(4)
DEAD_LETTER_RETENTION = cdk.Duration.days(14)


class QueuePair(Construct):
    """A queue and its dead letters, encrypted, TLS only; S3 may send for certain buckets alone.

    Args:
        purpose: what the queue is for.
        buckets: whose notifications it takes, by their purposes.
        visibility_timeout_s: of messages that are being worked on.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        purpose: str,
        buckets: Sequence[str],
        visibility_timeout_s: int,
        key: kms.IKey,
        naming: Naming,
        settings: StageSettings,
    ) -> None:
        super().__init__(scope, name)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            queue_name=naming.dead_letter_queue(purpose),
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=DEAD_LETTER_RETENTION,
            redrive_allow_policy=sqs.RedriveAllowPolicy(
                source_queues=[
                    sqs.Queue.from_queue_arn(
                        self, "Source", naming.queue_arn(naming.queue(purpose))
                    )
                ]
            ),
            removal_policy=settings.on_removal,
        )
        self.queue = sqs.Queue(
            self,
            purpose.capitalize(),
            queue_name=naming.queue(purpose),
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=SOURCE_RETENTION,
            visibility_timeout=cdk.Duration.seconds(visibility_timeout_s),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=MAX_RECEIVE_COUNT
            ),
            removal_policy=settings.on_removal,
        )
        self.queue.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Notifications",
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self.queue.queue_arn],
                conditions=sent_by(naming, buckets),
            )
        )
