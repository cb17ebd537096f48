"""Every setting of a stage reaches the template: change it, and the property changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stacks.setting_rules import SettingsError
from stacks.settings import RULES
from tests.infrastructure.synthesis import FUNCTIONS, Templates, as_list, text

OPERATOR = "arn:aws:iam::123456789012:role/operator"
CAMERA = "arn:aws:iam::123456789012:user/camera"
Look = Callable[[Templates], Any]


def function(name: str) -> Look:
    return lambda templates: templates.function().get(name)


def functions(name: str) -> Look:
    return of_both(lambda templates, package: templates.function(package)[name])


def variables(name: str) -> Look:
    return of_both(lambda templates, package: templates.environment(package)[name])


def variable(name: str) -> Look:
    return lambda templates: templates.environment().get(name)


def of_both(look: Callable[[Templates, str], Any]) -> Look:
    """What one finds of each function, once where they agree."""

    def looks(templates: Templates) -> Any:
        first, *others = [look(templates, package) for package in FUNCTIONS]
        return first if all(other == first for other in others) else (first, *others)

    return looks


def mapping(name: str) -> Look:
    return lambda templates: templates.mapping()[name]


def expiry(bucket: str) -> Look:
    def look(templates: Templates) -> int:
        (rule,) = templates.bucket(bucket).properties["LifecycleConfiguration"]["Rules"]
        return rule["ExpirationInDays"]

    return look


def log_retention(templates: Templates) -> set[int]:
    groups = templates.resources("AWS::Logs::LogGroup")
    return {group.properties["RetentionInDays"] for group in groups}


def visibility(templates: Templates) -> list[int]:
    queues = [templates.queue(name) for name in ("frames", "enrolment")]
    return [queue.properties["VisibilityTimeout"] for queue in queues]


def age_alarm(templates: Templates) -> int:
    name = "ApproximateAgeOfOldestMessage"
    return templates.one("AWS::CloudWatch::Alarm", MetricName=name).properties["Threshold"]


def principals(sid: str) -> Look:
    def look(templates: Templates) -> Any:
        policy = templates.policy_of(templates.bucket("frames"))
        (found,) = [s for s in policy if s.get("Sid") == sid]
        return text([found["Principal"], found.get("Condition", {})])

    return look


def subscriptions(templates: Templates) -> list[str]:
    found = templates.resources("AWS::SNS::Subscription")
    return [subscription.properties["Endpoint"] for subscription in found]


def bucket_deletion(templates: Templates) -> str:
    return templates.bucket("frames").body["DeletionPolicy"]


def alert_rules(templates: Templates) -> set[str]:
    names = [rule.properties["Name"] for rule in templates.resources("AWS::Events::Rule")]
    prefix = "vss-dev-alert-"
    return {name.removeprefix(prefix) for name in names if name.startswith(prefix)}


def provisioned(templates: Templates) -> Any:
    alias = templates.alias().properties
    return alias.get("ProvisionedConcurrencyConfig", {}).get("ProvisionedConcurrentExecutions")


def buckets(templates: Templates) -> int:
    return len(templates.resources("AWS::S3::Bucket"))


REACHES: list[tuple[str, Any, Look, Any]] = [
    ("runtime", "python3.14", functions("Runtime"), "python3.14"),
    ("memory_mb", 3008, functions("MemorySize"), 3008),
    ("timeout_s", 60, functions("Timeout"), 60),
    ("timeout_s", 60, visibility, [360, 360]),
    ("timeout_s", 60, age_alarm, 720),
    ("batch_size", 1, mapping("BatchSize"), 1),
    ("batch_window_s", 20, mapping("MaximumBatchingWindowInSeconds"), 20),
    ("batch_window_s", 20, visibility, [200, 180]),
    ("max_concurrency", 7, mapping("ScalingConfig"), {"MaximumConcurrency": 7}),
    ("reserved_concurrency", 9, function("ReservedConcurrentExecutions"), 9),
    ("scope", "local", variable("VSS_SCOPE"), "local"),
    ("model_source", "s3", variables("VSS_MODEL_SOURCE"), "s3"),
    ("model_source", "s3", buckets, 5),
    ("model_set", "omz", variables("VSS_MODEL_SET"), "omz"),
    ("alerts", ["known_person"], variable("VSS_ALERTS"), "known_person"),
    ("alerts", [], variable("VSS_ALERTS"), ""),
    ("alerts", ["known_person"], alert_rules, {"known-person"}),
    ("alerts", [], alert_rules, set()),
    ("confirmed_frames", 3, variable("VSS_CONFIRMED_FRAMES"), "3"),
    ("confirmation_window", 5, variable("VSS_CONFIRMATION_WINDOW"), "5"),
    ("alert_cooldown_s", 0, variable("VSS_ALERT_COOLDOWN_S"), "0"),
    ("camera_silent_after", 900, variable("VSS_CAMERA_SILENT_AFTER"), "*=900"),
    (
        "camera_silent_after",
        {"yard": 0, "*": 900, "entrance": 60},
        variable("VSS_CAMERA_SILENT_AFTER"),
        "*=900,entrance=60,yard=0",
    ),
    (
        "camera_silent_after",
        60,
        alert_rules,
        {"camera-covered", "unknown-person", "camera-silent"},
    ),
    ("frames_retention_days", 3, expiry("frames"), 3),
    ("results_retention_days", 30, expiry("results"), 30),
    ("log_retention_days", 14, log_retention, {14}),
    ("log_retention_days", 14, expiry("access-logs"), 14),
    ("uploader_principals", [CAMERA], principals("AllowUploads"), CAMERA),
    ("operator_principals", [OPERATOR], principals("DenyReadsFromElsewhere"), OPERATOR),
    ("warm_keeping", "snapstart", function("SnapStart"), {"ApplyOn": "PublishedVersions"}),
    ("warm_keeping", "provisioned", provisioned, 1),
    ("removal_policy", "retain", bucket_deletion, "Retain"),
    ("alarm_email", "guard@example.org", subscriptions, ["guard@example.org"]),
]
# Tested with what they need or where they show: test_warm_keeping, test_resources,
# test_layer_assets, test_function_environment.
ELSEWHERE = {
    "warm_instances",
    "termination_protection",
    "blob_processors",
    "identification_threshold",
    "identification_network",
}


@pytest.mark.parametrize(
    ("setting", "value", "look", "expected"),
    REACHES,
    ids=[f"{setting}={as_list(value)[:1]}" for setting, value, _, _ in REACHES],
)
def test_setting_reaches_the_template(
    dev: Templates, synthesised, setting: str, value: Any, look: Look, expected: Any
) -> None:
    found = look(synthesised(**{setting: value}))
    contained = isinstance(expected, str) and isinstance(found, str) and expected in found
    assert found == expected or contained
    if setting != "uploader_principals":  # without a camera the statement does not exist
        assert look(dev) != found


def test_every_setting_is_tested() -> None:
    assert {setting for setting, *_ in REACHES} | ELSEWHERE == set(RULES)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"timeout_s": 0}, "setting timeout_s of stage dev is 0; allowed: .* 1 to 900"),
        ({"reserved_concurrency": 3}, "reserved_concurrency .* is 3; allowed: .* 5 to 1000"),
    ],
)
def test_wrong_setting_makes_no_template(synthesised, values: dict, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        synthesised(**values)
