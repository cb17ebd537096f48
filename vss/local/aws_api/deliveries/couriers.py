"""Deliveries from service to service, each with the permissions the sender needs for it."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from moto.events.models import events_backends
from moto.s3.exceptions import S3ClientError
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from vss.local.aws_api.accounts import ACCOUNT
from vss.local.aws_api.deliveries import s3_records
from vss.local.aws_api.deliveries.input_transformer import TransformError, transform
from vss.local.aws_api.judge import Judge
from vss.local.aws_api.permissions.messaging import (
    SENDING,
    find_queue,
    find_topic,
    queue_key_needs,
    topic_key_needs,
)
from vss.local.aws_api.permissions.needs import Need

_KEPT = 1000
_DEFAULT_BUS = "default"


class DestinationError(S3ClientError):
    """S3 may not send to a destination it is configured for."""

    def __init__(self) -> None:
        super().__init__(
            "InvalidArgument", "Unable to validate the following destination configurations"
        )


class Couriers:
    """Delivers what services send, and keeps what could not be delivered."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._undelivered: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    def undelivered(self) -> list[dict[str, Any]]:
        """Return what could not be delivered, the newest last."""
        return list(self._undelivered)

    def s3_event(self, account: str, event_name: str, bucket: Any, key: Any) -> None:
        """Send an event of S3 to those who are configured for it (moto's ``send_event``)."""
        del account
        configuration = bucket.notification_configuration
        name = str(getattr(event_name, "value", event_name))
        if configuration is None or _repeated(name, key):
            return
        for notification in (*configuration.queue, *configuration.topic):
            if notification.matches(name, key.name):
                message = json.dumps(s3_records.record(name, bucket, key, notification.id))
                self._from_s3(bucket, notification.arn, message)
        for notification in configuration.cloud_function:
            if notification.matches(name, key.name):
                self._keep("s3.amazonaws.com", bucket.arn, notification.arn, "not supported here")
        if configuration.event_bridge is not None:
            event = s3_records.bridge_event(name, bucket, key)
            if event is not None:
                self._to_rules(event)

    def s3_configuration_event(self, account_id: str, bucket: Any) -> None:
        """Send S3's test event (moto's ``send_test_event``).

        Raises:
            DestinationError: S3 may not send there; nothing is configured then.
        """
        del account_id
        configuration = bucket.notification_configuration
        message = json.dumps(s3_records.configuration_event(bucket.name))
        context = {"aws:sourcearn": bucket.arn, "aws:sourceaccount": ACCOUNT}
        arns = sorted({one.arn for one in (*configuration.queue, *configuration.topic)})
        if not all(self._may("s3.amazonaws.com", bucket.arn, arn, context) for arn in arns):
            bucket.notification_configuration = None
            raise DestinationError
        for arn in arns:
            self._from_s3(bucket, arn, message)

    def topic_message(self, subscription: Any) -> bool:
        """Return whether SNS may send to the subscription's queue."""
        topic = subscription.topic.arn
        context = {"aws:sourcearn": topic, "aws:sourceaccount": ACCOUNT}
        return self._may("sns.amazonaws.com", topic, subscription.endpoint, context)

    def _from_s3(self, bucket: Any, arn: str, message: str) -> None:
        context = {"aws:sourcearn": bucket.arn, "aws:sourceaccount": ACCOUNT}
        self._send("s3.amazonaws.com", bucket.arn, arn, message, context)

    def _to_rules(self, event: Any) -> None:
        bus = events_backends[ACCOUNT][event["region"]].event_buses[_DEFAULT_BUS]
        for rule in list(bus.rules.values()):
            if rule.state != "ENABLED" or not rule.event_pattern.get_pattern():
                continue
            if not rule.event_pattern.matches_event(event):
                continue
            for target in rule.targets:
                self._to_target(rule, target, event)

    def _to_target(self, rule: Any, target: dict[str, Any], event: dict[str, Any]) -> None:
        service = "events.amazonaws.com"
        try:
            message = transform(target, event)
        except TransformError as error:
            self._keep(service, rule.arn, target["Arn"], str(error))
            return
        if message.startswith('"') and target["Arn"].split(":")[2] == "sns":
            # EventBridge gives SNS the text of a template that is a JSON string.
            message = json.loads(message)
        context = {"aws:sourcearn": rule.arn, "aws:sourceaccount": ACCOUNT}
        self._send(service, rule.arn, target["Arn"], message, context)

    def _send(
        self, service: str, source: str, arn: str, message: str, context: Mapping[str, str]
    ) -> None:
        if not self._may(service, source, arn, context):
            return
        region, name = arn.split(":")[3], arn.rpartition(":")[2]
        if arn.split(":")[2] == "sqs":
            sqs_backends[ACCOUNT][region].send_message(queue_name=name, message_body=message)
        else:
            sns_backends[ACCOUNT][region].publish(arn=arn, message=message)

    def _may(self, service: str, source: str, arn: str, context: Mapping[str, str]) -> bool:
        kind = arn.split(":")[2]
        if kind == "sqs":
            needs = [Need("sqs:SendMessage", arn), *queue_key_needs(arn, SENDING)]
            exists = find_queue(arn) is not None
        elif kind == "sns":
            needs = [Need("sns:Publish", arn), *topic_key_needs(arn)]
            exists = find_topic(arn) is not None
        else:
            self._keep(service, source, arn, f"{kind} is not supported as a destination here")
            return False
        if not exists:
            self._keep(service, source, arn, "the destination does not exist")
            return False
        decision = self._judge.service_may(service, needs, context)
        if not decision.allowed:
            self._keep(service, source, arn, decision.why)
        return decision.allowed

    def _keep(self, service: str, source: str, arn: str, why: str) -> None:
        entry = {"time": time.time(), "service": service, "from": source, "to": arn, "why": why}
        self._undelivered.append(entry)


def _repeated(event_name: str, key: Any) -> bool:
    """Tell whether moto sends a second event for one creation.

    A completed multipart upload is stored by moto's PutObject, which sends its own.
    """
    return event_name.endswith(":Put") and getattr(key, "multipart", None) is not None
