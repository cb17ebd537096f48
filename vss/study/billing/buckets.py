"""Amazon S3: requests, and storage by prefix for as long as the lifecycle rules keep it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from vss.study.billing.month import Month
from vss.study.billing.object_traffic import ACCESS_LOG_LINE, BucketTraffic, Objects
from vss.study.billing.usage import UnpricedResourceError, Usage
from vss.study.stage_template import Json, Resource
from vss.study.workload import DAYS_PER_MONTH

ACCESS_LOGS = "access-logs"
# S3 reckons expiry from the next midnight: half a day on average for each of two rules.
MIDNIGHTS = Decimal(1)
# "up to 99 percent" fewer requests to KMS with a bucket key (S3 user guide): assumed throughout.
BUCKET_KEY_SHARE = Decimal("0.01")
_SERVICE, _GIB = "Amazon S3", Decimal(2**30)


def bucket(resource: Resource, month: Month) -> Iterator[Usage]:
    """Yield what a bucket is billed for.

    Raises:
        UnpricedResourceError: a bucket whose use is not known, a storage class besides Standard,
            or frames and results that are kept for ever.
    """
    purpose = month.template.purpose(resource, "BucketName")
    if purpose == ACCESS_LOGS or _takes_logs(resource, month):
        yield _storage(resource, purpose, _log_lines(month))
        return
    if purpose not in month.traffic:
        raise UnpricedResourceError(
            f"{resource} is for {purpose!r}; the forecast knows the use of "
            f"{', '.join([*month.traffic, ACCESS_LOGS])}"
        )
    traffic = month.traffic[purpose]
    for objects in traffic.objects:
        place = f"{purpose}/{objects.prefix}"
        yield Usage(_SERVICE, f"{place} PUT", "s3.put", objects.written)
        yield _storage(resource, purpose, objects)
    yield Usage(_SERVICE, f"{purpose} GET", "s3.get", traffic.gets)
    yield from _key_requests(resource, purpose, traffic)
    yield from _events(resource, purpose, traffic)


def _takes_logs(resource: Resource, month: Month) -> bool:
    logged = month.template.of_type("AWS::S3::Bucket")
    targets = [one.properties.get("LoggingConfiguration", {}) for one in logged]
    return {"Ref": resource.logical_id} in [to.get("DestinationBucketName") for to in targets]


def _storage(resource: Resource, purpose: str, objects: Objects) -> Usage:
    days = _kept_days(resource, objects.prefix)
    if days is None:
        if objects.written and not objects.kept:
            raise UnpricedResourceError(
                f"{resource} keeps {objects.prefix} for ever; the forecast needs an expiry"
            )
        amount, kept = objects.kept, "kept"
    else:
        amount, kept = objects.written * days / DAYS_PER_MONTH, f"{days:f} days"
    return Usage(
        _SERVICE,
        f"{purpose}/{objects.prefix} Standard storage, {kept}",
        "s3.standard",
        amount * objects.bytes_each / _GIB,
    )


def _log_lines(month: Month) -> Objects:
    logged = [
        month.traffic[month.template.purpose(one, "BucketName")].requests
        for one in month.template.of_type("AWS::S3::Bucket")
        if "LoggingConfiguration" in one.properties
    ]
    return Objects("", sum(logged, Decimal(0)), ACCESS_LOG_LINE)


def _kept_days(resource: Resource, prefix: str) -> Decimal | None:
    """Return the days until an object is gone for good, its last version included."""
    rules = [
        rule
        for rule in resource.properties.get("LifecycleConfiguration", {}).get("Rules", [])
        if rule.get("Status") == "Enabled" and prefix.startswith(rule.get("Prefix", ""))
    ]
    for rule in rules:
        for name in ("Transition", "Transitions", "NoncurrentVersionTransitions"):
            if name in rule:
                raise UnpricedResourceError(
                    f"{resource} has a lifecycle rule with {name}; the forecast knows Standard"
                )
    expiries = [int(rule["ExpirationInDays"]) for rule in rules if "ExpirationInDays" in rule]
    if not expiries:
        return None
    return min(expiries) + _noncurrent_days(rules) + MIDNIGHTS


def _noncurrent_days(rules: list[Json]) -> int:
    name = "NoncurrentVersionExpiration"
    days = [int(rule[name]["NoncurrentDays"]) for rule in rules if name in rule]
    return min(days, default=0)


def _key_requests(resource: Resource, purpose: str, traffic: BucketTraffic) -> Iterator[Usage]:
    encryption = resource.properties.get("BucketEncryption", {})
    for rule in encryption.get("ServerSideEncryptionConfiguration", []):
        if rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms":
            with_key = rule.get("BucketKeyEnabled", False)
            share = BUCKET_KEY_SHARE if with_key else Decimal(1)
            how = "with a bucket key" if with_key else "without a bucket key"
            requests = traffic.requests * share
            yield Usage("AWS KMS", f"requests by {purpose} {how}", "kms.requests", requests)


def _events(resource: Resource, purpose: str, traffic: BucketTraffic) -> Iterator[Usage]:
    """With EventBridge on, all events of the bucket go there, whatever the rules look at.

    An object that expires in a versioned bucket gives three: created, delete marker created,
    permanently deleted (S3 user guide, "Using EventBridge").
    """
    notifications = resource.properties.get("NotificationConfiguration", {})
    if notifications.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled"):
        events = sum(
            (
                one.written * (1 if _kept_days(resource, one.prefix) is None else 3)
                for one in traffic.objects
            ),
            Decimal(0),
        )
        yield Usage(
            "Amazon EventBridge", f"events of all objects of {purpose}", "events.opt-in", events
        )
