"""The handler in a process of its own: scopes, cold and warm, the ping, what a trace looks like."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path

import pytest

from tests.faulty_s3 import FaultyS3
from tests.handler_process import (
    SEGMENT_ID,
    TRACE_ID,
    answers,
    run_handler,
    segments,
    trace_daemon,
)
from tests.local_stage import (
    KEY_ARN,
    MODELS,
    RESULTS,
    LocalStage,
    batch,
    clear_frame,
    covered_frame,
    function_variables,
)

NOTHING_RETURNED = {"batchItemFailures": []}


def lines(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()[:-1]]


@pytest.mark.parametrize(("scope", "starts"), [("global", 1), ("local", 2)])
def test_the_networks_are_loaded_once_an_environment_or_once_an_invocation(
    scope: str, starts: int, stage: LocalStage, s3: FaultyS3, tiny_manifest: Path
) -> None:
    events = [batch(stage.put_frame(f"incoming/door/{n}.jpg", clear_frame())) for n in range(2)]
    run = run_handler(function_variables(tiny_manifest, VSS_SCOPE=scope), events)
    assert answers(run) == [NOTHING_RETURNED] * 2
    assert [record["cold_start"] for record in stage.records()] == [True, False]
    times = [line["InitTime"] for line in lines(run.stdout) if "InitTime" in line]
    assert len(times) == starts
    assert all(50 < time < 20_000 for time in times)  # type: ignore[operator]


def test_a_start_that_nobody_waited_for_is_not_cold(
    stage: LocalStage, s3: FaultyS3, tiny_manifest: Path
) -> None:
    variables = function_variables(
        tiny_manifest, AWS_LAMBDA_INITIALIZATION_TYPE="provisioned-concurrency"
    )
    event = batch(stage.put_frame("incoming/door/1.jpg", clear_frame()))
    assert answers(run_handler(variables, [event])) == [NOTHING_RETURNED]
    assert [record["cold_start"] for record in stage.records()] == [False]


def test_a_ping_touches_nothing(stage: LocalStage, s3: FaultyS3, tiny_manifest: Path) -> None:
    variables = function_variables(tiny_manifest, VSS_SCOPE="local")
    run = run_handler(variables, [{"vss": "warm"}])
    assert answers(run) == [{"vss": "warm"}]
    assert lines(run.stdout) == []
    assert s3.requests == []


@pytest.mark.parametrize("scope", ["global", "local"])
def test_a_check_tells_of_silent_cameras_and_needs_no_networks_of_its_own(
    scope: str, stage: LocalStage, s3: FaultyS3, tiny_manifest: Path
) -> None:
    stage.put_record("records/door/2020/11/22/101112123-0a.json")
    variables = function_variables(
        tiny_manifest, VSS_SCOPE=scope, VSS_CAMERA_SILENT_AFTER="*=60,gate=60"
    )
    check = {"vss": "silence"}
    run = run_handler(variables, [check, check])
    assert answers(run) == [check, check]
    assert stage.keys("alerts/") == [
        "alerts/camera_silent/door/2020/11/22/101112123-0a.json",
        "alerts/camera_silent/gate/never.json",
    ]
    told = [line for line in lines(run.stdout) if line.get("message") == "silence checked"]
    assert [(line["cameras"], line["silent"]) for line in told] == [(2, 2)] * 2
    loaded = any("InitTime" in line for line in lines(run.stdout))
    assert not loaded
    # The second check knows what this environment told of, and tries to write nothing.
    assert s3.count("PUT", f"/{RESULTS}/alerts/") == 2


def test_networks_from_the_bucket_are_fetched_before_the_first_batch(
    stage: LocalStage, s3: FaultyS3, tiny_manifest: Path
) -> None:
    for path in tiny_manifest.parent.rglob("*.*"):
        key = str(path.relative_to(tiny_manifest.parent))
        if path.is_file():
            stage.client.put_object(Bucket=MODELS, Key=key, Body=path.read_bytes())
    variables = function_variables(tiny_manifest, VSS_MODEL_SOURCE="s3", VSS_MODELS_BUCKET=MODELS)
    event = batch(stage.put_frame("incoming/door/1.jpg", clear_frame()))
    assert answers(run_handler(variables, [event, event])) == [NOTHING_RETURNED] * 2
    assert s3.count("GET", f"/{MODELS}/") == 8


def test_a_trace_shows_the_steps_of_the_paper_in_their_order(
    stage: LocalStage, s3: FaultyS3, tiny_manifest: Path
) -> None:
    events = [
        batch(
            stage.put_frame("incoming/door/1.jpg", clear_frame()),
            stage.put_frame("incoming/yard/2.jpg", covered_frame()),
            stage.put_frame("incoming/yard/3.jpg", b"no image"),
        )
    ]
    with trace_daemon() as (variables, packets):
        run = run_handler(function_variables(tiny_manifest) | variables, events)
        assert answers(run) == [NOTHING_RETURNED]
    found = segments(packets)
    assert {segment["trace_id"] for segment in found if "trace_id" in segment} == {TRACE_ID}

    def inside(parent: str) -> list[dict[str, object]]:
        return [segment for segment in found if segment["parent_id"] == parent]

    first, *frames = inside(SEGMENT_ID)
    assert first["name"] == "step 8: check warm"
    assert first["annotations"]["cold_start"] is True  # type: ignore[index]
    assert [frame["name"] for frame in frames] == ["frame"] * 3
    steps = ["step 9: read frame", "step 10: analyse", "step 11: write record"]
    for frame in frames:
        assert [step["name"] for step in inside(str(frame["id"]))] == steps
    (analysis,) = (step for step in inside(str(frames[0]["id"])) if step["name"] == steps[1])
    assert [stage["name"] for stage in inside(str(analysis["id"]))] == [
        "decode",
        "fit",
        "camera_cover",
        "body_pose",
        "head_region",
        "landmarks",
        "embedding",
        "identification",
    ]
    annotations = [frame["annotations"] for frame in frames]
    assert annotations == [
        {"camera_id": "door", "cold_start": True, "status": "analysed"},
        {"camera_id": "yard", "cold_start": True, "status": "covered"},
        {
            "camera_id": "yard",
            "cold_start": True,
            "status": "rejected",
            "reason": "unsupported_format",
        },
    ]
    assert {record["trace_id"] for record in stage.records()} == {TRACE_ID}


def test_the_start_is_reported_with_the_first_batch(
    stage: LocalStage, s3: FaultyS3, tiny_manifest: Path
) -> None:
    with trace_daemon() as (variables, packets):
        run = run_handler(function_variables(tiny_manifest) | variables, [batch(), batch()])
    assert answers(run) == [NOTHING_RETURNED] * 2
    first, second = segments(packets)
    stages = first["metadata"]["vss"]["init_ms"]
    assert list(stages) == ["libraries", "fetch_networks", "load_networks", "gallery"]
    assert first["annotations"]["init_ms"] == pytest.approx(sum(stages.values()), abs=1)
    assert "metadata" not in second
    assert second["annotations"] == {"cold_start": False}


def test_metrics_and_alerts_tell_what_happened(
    stage: LocalStage, s3: FaultyS3, tiny_manifest: Path
) -> None:
    event = batch(
        stage.put_frame("incoming/door/1.jpg", clear_frame()),
        stage.put_frame("incoming/door/2.jpg", covered_frame()),
        stage.put_frame("incoming/door/3.jpg", b"no image"),
        {"no": "event"},
    )
    run = run_handler(function_variables(tiny_manifest), [event])
    assert answers(run) == [{"batchItemFailures": [{"itemIdentifier": "m3"}]}]
    counted = {
        (metric["Name"], line[metric["Name"]])
        for line in lines(run.stdout)
        for emf in line.get("_aws", {}).get("CloudWatchMetrics", [])  # type: ignore[attr-defined]
        for metric in emf["Metrics"]
        if metric["Unit"] == "Count"
    }
    assert counted == {
        ("FramesAnalysed", 1),
        ("FramesCovered", 1),
        ("FramesRejected", 1),
        ("FramesFailed", 1),
        ("FacesIdentified", 0),
        ("FacesUnknown", 1),
    }
    kinds = [kind for kind, _ in groupby(key.split("/")[1] for key in stage.keys("alerts/"))]
    assert kinds == ["camera_covered", "unknown_person"]
    for alert in stage.documents("alerts/"):
        assert alert["record"]["key"] in stage.keys("records/")


def test_a_missing_setting_fails_the_import_by_name(tiny_manifest: Path) -> None:
    run = run_handler(function_variables(tiny_manifest, VSS_RESULTS_KEY_ARN=None), [])
    assert run.returncode != 0
    assert "the environment variable VSS_RESULTS_KEY_ARN is missing" in run.stderr
    assert KEY_ARN not in run.stderr


IMPORT_COST = """
import json, sys, time
import cv2, numpy, openvino, simplejpeg
start = time.process_time()
import surveillance.bootstrap
cost = time.process_time() - start
print(json.dumps([cost, sorted(sys.modules)]))
"""


def test_all_but_the_vision_libraries_is_imported_within_250_milliseconds() -> None:
    runs = [run_handler({}, [], code=IMPORT_COST) for _ in range(3)]
    assert min(answers(run)[0] for run in runs) < 0.25
    modules = set(answers(runs[0])[1])
    assert not modules & {"vss", "stacks", "moto", "requests", "PIL", "rich", "scipy", "matplotlib"}
    assert not any(name.startswith("aws_xray_sdk.ext.") for name in modules), "patches are off"
