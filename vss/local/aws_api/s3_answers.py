"""GetBucketNotificationConfiguration, whose EventBridge part moto keeps but does not tell."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.s3.responses import S3Response

Json = dict[str, Any]


def _told(item: Any, arn_name: str) -> Json:
    told: Json = {"Id": item.id, arn_name: item.arn, "Events": item.events}
    if item.filters:
        told["Filter"] = {"Key": {"FilterRules": item.filters["S3Key"]["FilterRule"]}}
    return told


def _get_bucket_notification(self: Any) -> Any:
    found = self.backend.get_bucket_notification_configuration(self.bucket_name)
    told: Json = {}
    if found is not None:
        told["TopicConfigurations"] = [_told(one, "TopicArn") for one in found.topic]
        told["QueueConfigurations"] = [_told(one, "QueueArn") for one in found.queue]
        told["LambdaFunctionConfigurations"] = [
            _told(one, "LambdaFunctionArn") for one in found.cloud_function
        ]
        if found.event_bridge is not None:
            told["EventBridgeConfiguration"] = {}
    self.data["Action"] = "GetBucketNotificationConfiguration"
    return self.serialized(ActionResult(told))


def install() -> None:
    """Change moto's S3."""
    response: Any = S3Response
    response.get_bucket_notification = _get_bucket_notification
