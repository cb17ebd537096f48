from decimal import Decimal

import pytest

from tests.unit.vss.study.billing.stage_templates import (
    alias,
    function,
    mapping,
    quantities,
    reader,
    resource,
    template,
)
from vss.study.workload import Workload

D = Decimal
# 1,000 images a month, each by itself: 100 ms, 3 starts of 2 s.
THOUSAND = Workload.of(cameras=1, period_s=2628, duration_ms=100, init_ms=2000, cold_starts=3)


def test_requests_compute_and_starts() -> None:
    assert quantities(template(*reader()), THOUSAND) == {
        ("surveillance: requests", "lambda.requests"): 1000,
        ("surveillance: compute", "lambda.compute.x86_64"): 100,
        ("surveillance: INIT", "lambda.compute.x86_64"): 6,
    }


def test_half_the_memory_is_half_the_gb_seconds() -> None:
    used = quantities(template(*reader(MemorySize=512)), THOUSAND)
    assert used["surveillance: compute", "lambda.compute.x86_64"] == 50
    assert used["surveillance: INIT", "lambda.compute.x86_64"] == 3


def test_arm_and_large_tmp_have_prices_of_their_own() -> None:
    properties = {"Architectures": ["arm64"], "EphemeralStorage": {"Size": 1536}}
    used = quantities(template(*reader(**properties)), THOUSAND)
    assert used["surveillance: compute", "lambda.compute.arm64"] == 100
    # 1 GB beyond the free 512 MB for 100 s of running and 6 s of starting
    assert used["surveillance: /tmp beyond 512 MB", "lambda.storage"] == 106


def test_an_encrypted_environment_is_decrypted_at_each_start() -> None:
    used = quantities(template(*reader(KmsKeyArn="key")), THOUSAND)
    assert used["requests by the environment of surveillance", "kms.requests"] == 3


@pytest.mark.parametrize(
    ("per_second", "traced_per_second"),
    # the first of each second, and 5 % of the others
    [("0.5", "0.5"), ("1", "1"), ("3", "1.1"), ("21", "2")],
)
def test_traces_are_sampled(per_second: str, traced_per_second: str) -> None:
    workload = Workload.of(cameras=D(per_second), period_s=1, hours_per_day=12)
    used = quantities(template(*reader(TracingConfig={"Mode": "Active"})), workload)
    # half of 730 hours
    assert used["traces of surveillance", "xray.traces"] == D(traced_per_second) * 365 * 3600


def test_untraced_functions_have_no_traces() -> None:
    used = quantities(template(*reader(TracingConfig={"Mode": "PassThrough"})), THOUSAND)
    assert ("traces of surveillance", "xray.traces") not in used


def test_provisioned_concurrency_is_paid_for_day_and_night_and_runs_cheaper() -> None:
    ready = alias(ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 1})
    stage = template(function(), ready, mapping())
    idle = quantities(stage, THOUSAND.idle)
    # 1 GB for 730 hours
    assert idle == {
        ("surveillance: provisioned concurrency", "lambda.provisioned.x86_64"): 2_628_000
    }
    used = quantities(stage, THOUSAND)
    # Two environments at a time, one of them provisioned: half of it.
    assert used["surveillance: compute", "lambda.compute.x86_64"] == 50
    assert used["surveillance: compute, provisioned", "lambda.provisioned-compute.x86_64"] == 50


def test_a_snapshot_is_cached_day_and_night_and_restored_at_each_start() -> None:
    version = resource("Lambda::Version", "V", FunctionName={"Ref": "F-surveillance"})
    made = function(SnapStart={"ApplyOn": "PublishedVersions"}, MemorySize=2048)
    used = quantities(template(made, alias(), mapping(), version), THOUSAND)
    assert used["surveillance: snapshot cached", "lambda.snapstart.cache"] == 2 * 2_628_000
    assert used["surveillance: snapshot restored", "lambda.snapstart.restore"] == 3 * 2
    assert used["surveillance: restores, running", "lambda.compute.x86_64"] == 3 * 2 * 2
    assert ("surveillance: INIT", "lambda.compute.x86_64") not in used


def test_a_version_without_a_snapshot_is_free() -> None:
    version = resource("Lambda::Version", "V", FunctionName={"Ref": "F-surveillance"})
    assert quantities(template(*reader(), version), THOUSAND.idle) == {}


def test_photographs_are_enrolled_cold() -> None:
    people = Workload.of(cameras=0, people=12, photographs=3, init_ms=2000)
    used = quantities(template(*reader("enrolment", MemorySize=1769)), people)
    # 3 photographs a month: 28.3 + 180 ms each, billed as 209
    assert used == {
        ("enrolment: requests", "lambda.requests"): 3,
        ("enrolment: compute", "lambda.compute.x86_64"): 3 * D("0.209") * 1769 / 1024,
        ("enrolment: INIT", "lambda.compute.x86_64"): 3 * 2 * D(1769) / 1024,
    }
