from decimal import Decimal
from typing import Any

import pytest

from tests.unit.vss.study.billing.stage_templates import (
    THOUSAND,
    alias,
    function,
    mapping,
    reader,
    resource,
    template,
)
from vss.study.billing.function_load import FunctionLoad, function_loads
from vss.study.billing.usage import UnpricedResourceError
from vss.study.workload import Workload

D = Decimal
# One image a second of 100 ms, day and night.
BUSY = Workload.of(cameras=1, period_s=1, duration_ms=100, init_ms=1000)


def load(workload: Workload, *resources: Any) -> FunctionLoad:
    (found,) = function_loads(template(*(resources or reader())), workload)
    return found


@pytest.mark.parametrize(
    ("settings", "period_s", "images"),
    [
        # no window: an image by itself
        ({"BatchSize": 5}, 1, "1"),
        # itself and those of 4 s
        ({"BatchSize": 10, "MaximumBatchingWindowInSeconds": 4}, 1, "5"),
        ({"BatchSize": 10, "MaximumBatchingWindowInSeconds": 4}, 8, "1.5"),
        # the batch is full before the window ends
        ({"BatchSize": 3, "MaximumBatchingWindowInSeconds": 4}, 1, "3"),
    ],
)
def test_a_batch_holds_the_images_of_its_window(
    settings: dict[str, int], period_s: int, images: str
) -> None:
    workload = Workload.of(cameras=1, period_s=period_s, duration_ms=100)
    made = load(workload, function(), alias(), mapping(**settings))
    assert made.batches == workload.images / D(images)
    assert made.batch_ms == 100 * D(images)


def test_a_given_batch_is_no_larger_than_the_setting_allows() -> None:
    workload = Workload.of(cameras=1, period_s=1, duration_ms=100, images_per_invocation=8)
    assert load(workload, function(), alias(), mapping(BatchSize=4)).batch_ms == 400


@pytest.mark.parametrize(
    ("cameras", "environments", "cold_starts"),
    [
        # 0.1 at a time on average, rounded up, and one more; new ones each 2 h of 730
        (1, 2, 2 * 365),
        (25, 4, 4 * 365),
        # no more than the mapping allows
        (1000, 5, 5 * 365),
    ],
)
def test_environments_are_replaced_every_two_hours(
    cameras: int, environments: int, cold_starts: int
) -> None:
    workload = Workload.of(cameras=cameras, period_s=1, duration_ms=100)
    bounded = mapping(ScalingConfig={"MaximumConcurrency": 5})
    made = load(workload, function(), alias(), bounded)
    assert (made.environments, made.cold_starts) == (environments, cold_starts)


def test_after_a_long_pause_each_batch_starts_an_environment() -> None:
    rare = Workload.of(cameras=1, period_s=601)
    assert load(rare).cold_starts == rare.images
    assert load(Workload.of(cameras=1, period_s=600)).cold_starts == 2 * 365


def test_given_starts_and_durations_are_taken() -> None:
    made = load(Workload.of(cameras=1, period_s=1, duration_ms=70, init_ms=5, cold_starts=3))
    assert (made.batch_ms, made.init_ms, made.cold_starts) == (70, 5, 3)


def test_idle_nothing_runs() -> None:
    made = load(BUSY.idle)
    assert (made.invocations, made.running_ms, made.cold_starts, made.environments) == (0, 0, 0, 0)


def test_provisioned_environments_need_no_start() -> None:
    ready = alias(ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 2})
    assert load(BUSY, function(), ready, mapping()).cold_starts == 0
    one = alias(ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 1})
    assert load(BUSY, function(), one, mapping()).cold_starts == 365


def ping(expression: str, *inputs: str) -> Any:
    targets = [{"Arn": {"Ref": "A-surveillance"}, "Input": text} for text in inputs]
    return resource("Events::Rule", "R", ScheduleExpression=expression, Targets=targets)


def test_pings_keep_their_environments_through_the_night() -> None:
    rule = ping("rate(5 minutes)", '{"vss": "warm"}', '{"vss": "warm"}', '{"vss": "warm"}')
    made = load(BUSY.idle, *reader(), rule)
    # 730 h of 12 pings for each of three, of 2 ms
    assert made.schedules.invocations == 730 * 12 * 3
    assert made.running_ms == 730 * 12 * 3 * 2
    assert made.cold_starts == 3 * 365


def test_another_scheduled_event_takes_longer_than_a_ping() -> None:
    made = load(BUSY.idle, *reader(), ping("rate(1 hour)", '{"vss": "silence"}'))
    assert (made.schedules.invocations, made.running_ms) == (730, 730 * 200)


def test_rules_for_others_are_not_counted() -> None:
    other = resource("Events::Rule", "R", ScheduleExpression="rate(1 day)", Targets=[{"Arn": "x"}])
    assert load(BUSY.idle, *reader(), other).schedules.invocations == 0


@pytest.mark.parametrize(
    ("resources", "words"),
    [
        (reader("mask_detection"), "runs 'mask_detection'"),
        ((function(), alias()), "has no queue"),
        ((*reader(), ping("cron(0 8 * * ? *)", "{}")), "runs by 'cron"),
    ],
)
def test_functions_of_unknown_use_are_refused(resources: Any, words: str) -> None:
    with pytest.raises(UnpricedResourceError, match=words):
        load(THOUSAND, *resources)
