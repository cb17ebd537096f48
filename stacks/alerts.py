"""From an alert object in the results bucket to a message a person can read."""

from __future__ import annotations

import json

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.naming import BucketName, Naming
from stacks.settings import StageSettings

ALERTS = "alerts/"


class AlertsTopic(sns.Topic):
    """Alerts and alarms, encrypted, TLS only; an optional subscriber by e-mail."""

    def __init__(
        self, scope: Construct, name: str, key: kms.IKey, naming: Naming, settings: StageSettings
    ) -> None:
        super().__init__(
            scope,
            name,
            topic_name=naming.topic,
            display_name=f"VSS {settings.stage}",
            master_key=key,
            enforce_ssl=True,
        )
        account = {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}
        alarms = {"aws:SourceArn": naming.alarms_arn}
        self._may_publish("Alarms", "cloudwatch", {"StringEquals": account, "ArnLike": alarms})
        self._may_publish("Alerts", "events", {})
        if settings.alarm_email is not None:
            sns.CfnSubscription(
                self,
                "Email",
                topic_arn=self.topic_arn,
                protocol="email",
                endpoint=settings.alarm_email,
            )

    def _may_publish(self, sid: str, service: str, conditions: dict[str, dict[str, str]]) -> None:
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid=sid,
                principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic_arn],
                conditions=conditions,
            )
        )


class AlertMessages(Construct):
    """Sends one readable line for every object written under ``alerts/``."""

    def __init__(self, scope: Construct, name: str, topic: sns.Topic, naming: Naming) -> None:
        super().__init__(scope, name)
        message = (
            f"VSS {naming.stage}: alert at <time>. "
            "Details, to be judged by a person: s3://<bucket>/<key>"
        )
        events.CfnRule(
            self,
            "Rule",
            name=naming.alert_rule,
            description="Alert objects in the results bucket become messages",
            event_pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {
                    "bucket": {"name": [naming.bucket(BucketName.RESULTS)]},
                    "object": {"key": [{"prefix": ALERTS}]},
                },
            },
            state="ENABLED",
            targets=[
                events.CfnRule.TargetProperty(
                    id="alerts",
                    arn=topic.topic_arn,
                    input_transformer=events.CfnRule.InputTransformerProperty(
                        input_paths_map={
                            "time": "$.time",
                            "bucket": "$.detail.bucket.name",
                            "key": "$.detail.object.key",
                        },
                        input_template=json.dumps(message),
                    ),
                )
            ],
        )
