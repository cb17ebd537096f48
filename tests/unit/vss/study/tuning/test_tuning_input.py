import json
from pathlib import Path
from typing import Any

import pytest
from deep_learning.errors import ConfigurationError

from vss.study.tuning.tuning_input import (
    ALL_POWER_VALUES,
    POWER_VALUES,
    TuningInput,
    read_fields,
)

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:some_function-1"


def test_defaults_are_those_of_the_tool() -> None:
    wanted = TuningInput.of({"lambdaARN": ARN, "payload": {}, "num": 50})
    assert wanted.power_values == POWER_VALUES == (128, 256, 512, 1024, 1536, 3008)
    assert (wanted.strategy, wanted.balanced_weight, wanted.discard) == ("cost", 0.5, 0.2)
    assert not any((wanted.parallel, wanted.only_cold, wanted.optimize, wanted.dry_run))


def test_all_fields_are_taken_over() -> None:
    wanted = TuningInput.of(
        {
            "lambdaARN": ARN,
            "powerValues": [512, 1024],
            "num": 7,
            "payload": {"a": 1},
            "parallelInvocation": True,
            "strategy": "balanced",
            "balancedWeight": 0.25,
            "discardTopBottom": 0.1,
            "onlyColdStarts": True,
            "autoOptimize": True,
            "autoOptimizeAlias": "live",
            "includeOutputResults": True,
            "sleepBetweenRunsMs": 5,
            "disablePayloadLogs": True,
            "preProcessorARN": f"{ARN}-before",
            "postProcessorARN": f"{ARN}-after",
        }
    )
    assert wanted == TuningInput(
        function_arn=ARN,
        power_values=(512, 1024),
        num=7,
        payload={"a": 1},
        parallel=True,
        strategy="balanced",
        balanced_weight=0.25,
        discard=0.1,
        only_cold=True,
        optimize=True,
        optimize_alias="live",
        include_stats=True,
        sleep_ms=5,
        pre_processor=f"{ARN}-before",
        post_processor=f"{ARN}-after",
    )


def test_all_power_values() -> None:
    wanted = TuningInput.of({"powerValues": "ALL"})
    assert wanted.power_values == ALL_POWER_VALUES
    assert (wanted.power_values[0], wanted.power_values[1], len(ALL_POWER_VALUES)) == (128, 192, 46)


def test_cold_starts_alone_are_averaged_whole() -> None:
    assert TuningInput.of({"onlyColdStarts": True}).discard == 0.0
    assert TuningInput.of({"onlyColdStarts": True, "discardTopBottom": 0.2}).discard == 0.2


def test_dry_run_is_one_invocation() -> None:
    assert TuningInput.of({"dryRun": True, "num": 50}).num == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"powerValue": [128]}, "field powerValue is unknown; allowed: lambdaARN, powerValues"),
        ({"lambdaARN": "my-function"}, "lambdaARN is 'my-function'; allowed: the ARN"),
        ({"lambdaARN": f"{ARN}:live", "payload": {}}, "without version or alias"),
        ({"powerValues": [127]}, r"powerValues is \[127\]; allowed: .*128 to 10240"),
        ({"powerValues": [10_241]}, "128 to 10240"),
        ({"powerValues": [512, 512]}, "different"),
        ({"powerValues": ["512"]}, r"\['512'\]"),
        ({"powerValues": "SOME"}, "or ALL"),
        ({"powerValues": []}, "powerValues is empty"),
        ({"num": 4}, "num is 4; allowed: a whole number from 5"),
        ({"num": True}, "num is True"),
        ({"payload": ""}, "payload is ''; allowed: .*not empty"),
        ({"payload": []}, r"payload is \[\]"),
        ({"payload": None}, "payload is None"),
        ({"lambdaARN": ARN}, "payload is missing"),
        ({"payload": {}, "payloadS3": "s3://bucket/key"}, "payload and payloadS3 are both given"),
        ({"payloadS3": "bucket/key"}, "s3://bucket/key"),
        ({"strategy": "cheap"}, "strategy is 'cheap'; allowed: cost, speed, balanced"),
        ({"balancedWeight": 1.1}, "a number from 0 to 1"),
        ({"balancedWeight": float("nan")}, "a number from 0 to 1"),
        ({"discardTopBottom": 0.41}, "a number from 0 to 0.4"),
        ({"discardTopBottom": True}, "a number from 0 to 0.4"),
        ({"autoOptimizeAlias": "live"}, "goes with autoOptimize: true only"),
        ({"autoOptimize": True, "autoOptimizeAlias": "12"}, "the name of an alias"),
        ({"sleepBetweenRunsMs": -1}, "a whole number from 0"),
        ({"dryRun": "yes"}, "true or false"),
    ],
)
def test_what_is_not_allowed_is_named(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        TuningInput.of(fields)


def test_input_file(tmp_path: Path) -> None:
    path = tmp_path / "input.json"
    path.write_text(json.dumps({"num": 9}))
    assert read_fields(path) == {"num": 9}


@pytest.mark.parametrize("text", [None, "[1]", "{", "\xff"])
def test_input_file_that_is_none(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "input.json"
    if text is not None:
        path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigurationError, match=r"input\.json"):
        read_fields(path)
