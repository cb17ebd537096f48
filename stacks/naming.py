"""Physical names, known before anything exists.

Policies can so name a bucket, queue or function of a later stack exactly, and no two stacks
need each other. Account and region are filled in by CloudFormation: the templates fit any.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ALIAS = "live"
METRIC_NAMESPACE = "VSS"


class BucketName(StrEnum):
    """The buckets of a stage, by purpose."""

    FRAMES = "frames"
    RESULTS = "results"
    GALLERY = "gallery"
    MODELS = "models"
    ACCESS_LOGS = "access-logs"


class QueueName(StrEnum):
    """The queues that feed the functions, each with one of what was given up."""

    FRAMES = "frames"
    ENROLMENT = "enrolment"


@dataclass(frozen=True, slots=True)
class Naming:
    """All names of one stage; what holds ``${AWS::…}`` is a CloudFormation expression.

    A purpose is a ``BucketName``, ``QueueName`` or ``Package``, or one of a workflow's own names
    (``stacks.workflow_names``).
    """

    stage: str

    def stack(self, concern: str) -> str:
        """Name of a stack, and the beginning of most names in it."""
        return f"vss-{self.stage}-{concern}"

    def bucket(self, purpose: str) -> str:
        """Name of a bucket; account and region make it unique in the world."""
        return _substituted(self.bucket_pattern(purpose))

    def bucket_arn(self, purpose: str) -> str:
        """ARN of a bucket."""
        return _substituted(f"arn:${{AWS::Partition}}:s3:::{self.bucket_pattern(purpose)}")

    def objects_arn(self, purpose: str, pattern: str) -> str:
        """ARN of the objects of a bucket that match ``pattern``."""
        return _substituted(
            f"arn:${{AWS::Partition}}:s3:::{self.bucket_pattern(purpose)}/{pattern}"
        )

    def queue(self, purpose: str) -> str:
        """Name of the queue that feeds a function."""
        return self.stack(purpose)

    def dead_letter_queue(self, purpose: str) -> str:
        """Name of the queue of what was given up."""
        return self.stack(f"{purpose}-dlq")

    def queue_arn(self, name: str) -> str:
        """ARN of the queue ``name``."""
        return self._arn("sqs", name)

    def function(self, package: str) -> str:
        """Name of a function."""
        return self.stack(package)

    def function_arn(self, package: str) -> str:
        """ARN of a function without a qualifier."""
        return self._arn("lambda", f"function:{self.function(package)}")

    def function_log_group(self, package: str) -> str:
        """Name of a function's log group; Lambda's own convention."""
        return f"/aws/lambda/{self.function(package)}"

    @property
    def flow_log_group(self) -> str:
        """Name of the log group of the network's accepted and rejected flows."""
        return f"/vss/{self.stage}/flow-logs"

    def log_group_arn(self, name: str) -> str:
        """ARN of the log group ``name``, without its streams."""
        return self._arn("logs", f"log-group:{name}")

    def log_streams_arn(self, name: str) -> str:
        """ARN pattern of the log group ``name`` with its streams, as CloudWatch Logs checks it."""
        return self.log_group_arn(f"{name}:*")

    @property
    def topic(self) -> str:
        """Name of the topic of alerts and alarms."""
        return self.stack("alerts")

    @property
    def topic_arn(self) -> str:
        """ARN of the topic of alerts and alarms."""
        return self._arn("sns", self.topic)

    def alert_rule(self, kind: str) -> str:
        """Name of the rule that turns an alert object of ``kind`` into a message."""
        return self.stack(f"alert-{kind.replace('_', '-')}")

    @property
    def warm_rule(self) -> str:
        """Name of the rule that wakes the function on a schedule."""
        return self.stack("warm")

    @property
    def silence_rule(self) -> str:
        """Name of the rule that asks for silent cameras on a schedule."""
        return self.stack("silence")

    def alarm(self, subject: str) -> str:
        """Name of an alarm."""
        return self.stack(f"alarm-{subject}")

    @property
    def alarms_arn(self) -> str:
        """ARN pattern of all alarms of the stage."""
        return self._arn("cloudwatch", f"alarm:{self.alarm('*')}")

    def key_alias(self, purpose: str) -> str:
        """Alias of a key, for people."""
        return f"alias/{self.stack(purpose)}"

    def bucket_pattern(self, purpose: str) -> str:
        """Name of a bucket, with what CloudFormation fills in as it stands in a template."""
        return f"{self.stack(purpose)}-${{AWS::AccountId}}-${{AWS::Region}}"

    def _arn(self, service: str, resource: str) -> str:
        scope = "${AWS::Region}:${AWS::AccountId}"
        return _substituted(f"arn:${{AWS::Partition}}:{service}:{scope}:{resource}")


def _substituted(expression: str) -> str:
    # Here, so that who only wants a name does not start the CDK library.
    from aws_cdk import Fn

    return Fn.sub(expression)
