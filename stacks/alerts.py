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
# In words, and which frame's time the name tells.
TEXTS = {
    "camera_covered": ("a camera is covered", "its frame"),
    "unknown_person": ("an unknown person was seen", "the frame"),
    "known_person": ("a known person was seen", "the frame"),
    "camera_silent": ("a camera sends no frames any more", "its last frame"),
}


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
    """Sends one readable line for every object written under ``alerts/``, by a rule for each kind.

    All that EventBridge knows of an alert is the name of its object, and it cannot take that apart:
    so what is the same for all of a kind is the rule's own text, and camera and time are read in
    the name. The message names nobody and shows nothing; it leads to who may read the bucket.
    """

    def __init__(
        self, scope: Construct, name: str, topic: sns.Topic, naming: Naming, settings: StageSettings
    ) -> None:
        super().__init__(scope, name)
        self._topic, self._naming = topic, naming
        for kind in settings.alert_kinds:
            self._rule(kind)

    def _rule(self, kind: str) -> None:
        naming, (what, whose) = self._naming, TEXTS[kind]
        events.CfnRule(
            self,
            "".join(word.capitalize() for word in kind.split("_")),
            name=naming.alert_rule(kind),
            description=f"Alert objects of the kind {kind} become messages",
            event_pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {
                    "bucket": {"name": [naming.bucket(BucketName.RESULTS)]},
                    "object": {"key": [{"prefix": f"{ALERTS}{kind}/"}]},
                },
            },
            state="ENABLED",
            targets=[
                events.CfnRule.TargetProperty(
                    id=kind,
                    arn=self._topic.topic_arn,
                    input_transformer=events.CfnRule.InputTransformerProperty(
                        input_paths_map={
                            "time": "$.time",
                            "bucket": "$.detail.bucket.name",
                            "key": "$.detail.object.key",
                        },
                        input_template=json.dumps(
                            f"VSS {naming.stage}: {what}. To be judged by a person. "
                            f"Raised at <time>; the camera, and the time (UTC) of {whose}, are in "
                            "the name of the alert, which leads to the record: s3://<bucket>/<key>"
                        ),
                    ),
                )
            ],
        )
