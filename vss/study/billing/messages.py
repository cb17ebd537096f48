"""Amazon SNS: what is published to a topic, and the e-mails to its subscribers."""

from __future__ import annotations

from collections.abc import Iterator

from vss.study.billing.month import Month
from vss.study.billing.usage import UnpricedResourceError, Usage
from vss.study.stage_template import Resource

# A message is encrypted and decrypted: at most two requests.
KEY_REQUESTS = 2


def topic(resource: Resource, month: Month) -> Iterator[Usage]:
    """Yield the alerts of a month; alarms are the exception, and reckoned as none."""
    yield Usage("Amazon SNS", "alerts published", "sns.publishes", month.workload.alerts)
    if "KmsMasterKeyId" in resource.properties:
        asked = month.workload.alerts * KEY_REQUESTS
        yield Usage("AWS KMS", "requests by the alerts topic", "kms.requests", asked)


def subscription(resource: Resource, month: Month) -> Iterator[Usage]:
    """Yield the e-mails to one subscriber.

    Raises:
        UnpricedResourceError: a subscription by other means.
    """
    protocol = resource.properties.get("Protocol")
    if protocol != "email":
        raise UnpricedResourceError(
            f"{resource} is by {protocol!r}; the forecast knows the price of email"
        )
    yield Usage("Amazon SNS", "alerts by e-mail", "sns.emails", month.workload.alerts)
