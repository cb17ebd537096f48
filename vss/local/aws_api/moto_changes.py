"""Everything that is changed in moto, in one place, each with its reason.

The changes are made for one version of moto, see :mod:`vss.local.aws_api.moto_version`.

CloudFormation
    - The backend is ours (``cloudformation.stacks.Backend``): moto's drops properties, prints
      success while resources are missing, and computes no outputs after a change set.
    - UpdateTerminationProtection is added; the CLI calls it. Change sets are looked up by stack
      and name: all stacks' change sets have the CLI's one name.
    - CreateChangeSet accepts a template without changes: as in AWS, the change set then has failed.

Lambda
    - UpdateFunctionConfiguration keeps tracing, key, storage, logging and SnapStart.
    - Version numbers are never given twice; provisioned concurrency is added
      (``lambda_versions``).
    - An event source mapping keeps its alias, and moto's own polling of queues is off: our data
      plane does it.

CloudWatch
    - PutDashboard keeps tags.

S3
    - Events are built and delivered by ``deliveries.couriers``: moto's are of an old format and
      ask for no permission, and its EventBridge knows no SNS.
    - GetBucketNotificationConfiguration tells EventBridge (``s3_answers``).
    - PutBucketLogging does not ask for the target's policy: S3 does so when it delivers, and a
      template's buckets come before its bucket policies.
    - No access logs are written: moto would at once, for every request, into a bucket which
      could then not be deleted with its stack. (AWS delivers them hours later.)
    - Buckets have no opinion on permissions: the gateway has judged before moto is asked.

SQS, SNS
    - Messages of standard queues are received under a lock and without walking through all of
      them, and counted at one moment (``queue_messages``); redrive is added (``message_moves``).
    - SetQueueAttributes leaves a policy alone that it is not given; RedriveAllowPolicy is told.
    - SNS asks for permission before it sends to a queue.
"""

from __future__ import annotations

from typing import Any

import moto.cloudformation.models as cloudformation
import moto.s3.notifications as notifications
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.config import default_user_config
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, S3Backend
from moto.sns.models import Subscription

from vss.local.aws_api import (
    dashboard_tags,
    lambda_settings,
    lambda_versions,
    message_moves,
    queue_messages,
    s3_answers,
)
from vss.local.aws_api.cloudformation import actions, stacks
from vss.local.aws_api.deliveries.couriers import Couriers


def install(couriers: Couriers) -> None:
    """Change moto. Call once, before the first request."""
    cloudformation.cloudformation_backends.backend = stacks.Backend
    actions.install()
    lambda_settings.install()
    lambda_versions.install()
    dashboard_tags.install()
    queue_messages.install()
    s3_answers.install()
    message_moves.install()
    default_user_config["lambda"]["use_docker"] = False
    _change_cloudformation()
    _change_s3(couriers)
    _change_sns(couriers)


def _change_cloudformation() -> None:
    responses: Any = CloudFormationResponse
    refuse_same = responses._validate_different_update

    def refuse_same_update(self: Any, *arguments: Any) -> None:
        if self._get_action() != "CreateChangeSet":
            refuse_same(self, *arguments)

    responses._validate_different_update = refuse_same_update


def _change_s3(couriers: Couriers) -> None:
    events: Any = notifications
    events.send_event = couriers.s3_event
    events.send_test_event = couriers.s3_configuration_event
    bucket: Any = FakeBucket
    bucket.get_permission = lambda *_: PermissionResult.NEUTRAL
    bucket._log_permissions_enabled_policy = staticmethod(lambda **_: True)
    backend: Any = S3Backend
    backend.log_incoming_request = lambda *_: None


def _change_sns(couriers: Couriers) -> None:
    subscription: Any = Subscription
    publish = subscription.publish

    def publish_if_allowed(self: Any, *arguments: Any, **named: Any) -> None:
        if self.protocol != "sqs" or couriers.topic_message(self):
            publish(self, *arguments, **named)

    subscription.publish = publish_if_allowed
