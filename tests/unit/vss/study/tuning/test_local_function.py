import os
from typing import Any

import pytest
from deep_learning.errors import ConfigurationError

from vss.study.tuning.local_function import check_local
from vss.study.tuning.tuning_input import TuningInput

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:f"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"payloadS3": "s3://bucket/key"}, "payloadS3 is not possible on this machine"),
        ({"parallelInvocation": True}, "share this machine's cores"),
        ({"autoOptimize": True}, "set memory_mb in cdk.json"),
        ({"preProcessorARN": ARN}, "preProcessorARN"),
        ({"postProcessorARN": ARN}, "postProcessorARN"),
        ({"powerValues": [1024, 5308]}, r"5308 MB, which is 3\.0 vCPU; this machine has 2 cores"),
    ],
)
def test_what_this_machine_cannot_measure(
    fields: dict[str, Any], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1})
    with pytest.raises(ConfigurationError, match=reason):
        check_local(TuningInput.of(fields))


def test_what_fits_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1})
    check_local(TuningInput.of({"powerValues": [128, 3538]}))
