"""Settings are read by name, and wrong ones refused by name, value and range."""

from __future__ import annotations

from pathlib import Path

import pytest
from business_logic.alerts import AlertKind
from business_logic.settings import FunctionSettings, Scope
from deep_learning.errors import ConfigurationError

from tests.local_stage import FRAMES, KEY_ARN, MODELS, OWNER, function_variables

MANIFEST = Path("/opt/models/manifest.json")


def read(**changes: str | None) -> FunctionSettings:
    return FunctionSettings.from_environment(function_variables(MANIFEST, **changes))


def test_the_settings_of_a_deployment() -> None:
    settings = read()
    assert (settings.stage, settings.scope) == ("test", Scope.GLOBAL)
    assert (settings.frames_bucket, settings.bucket_owner) == (FRAMES, OWNER)
    assert settings.results_key_arn == KEY_ARN
    assert settings.networks.bucket is None
    assert settings.alerts == {AlertKind.CAMERA_COVERED, AlertKind.UNKNOWN_PERSON}
    assert (settings.networks.manifest, settings.networks.model_set) == (MANIFEST, "demo")
    assert settings.on_demand


@pytest.mark.parametrize(
    ("memory_mb", "threads"),
    [("128", 1), ("1768", 1), ("1769", 1), ("3537", 1), ("3538", 2), ("10240", 5)],
)
def test_threads_are_the_whole_cpus_of_the_memory(memory_mb: str, threads: int) -> None:
    assert read(AWS_LAMBDA_FUNCTION_MEMORY_SIZE=memory_mb).networks.threads == threads


@pytest.mark.parametrize(
    ("kind", "on_demand", "snap_start"),
    [
        (None, True, False),
        ("on-demand", True, False),
        ("provisioned-concurrency", False, False),
        ("snap-start", False, True),
        ("newer-than-this", False, False),
    ],
)
def test_the_kind_of_start(kind: str | None, on_demand: bool, snap_start: bool) -> None:
    settings = read(AWS_LAMBDA_INITIALIZATION_TYPE=kind)
    assert (settings.on_demand, settings.snap_start) == (on_demand, snap_start)


@pytest.mark.parametrize(
    ("text", "alerts"),
    [
        ("", set()),
        ("known_person", {AlertKind.KNOWN_PERSON}),
        ("camera_covered, known_person", {AlertKind.CAMERA_COVERED, AlertKind.KNOWN_PERSON}),
    ],
)
def test_alerts_are_a_comma_list(text: str, alerts: set[AlertKind]) -> None:
    assert read(VSS_ALERTS=text).alerts == alerts


def test_the_models_bucket_goes_with_its_source() -> None:
    assert read(VSS_MODEL_SOURCE="s3", VSS_MODELS_BUCKET=MODELS).networks.bucket == MODELS
    with pytest.raises(ConfigurationError, match="VSS_MODELS_BUCKET is missing"):
        read(VSS_MODEL_SOURCE="s3")
    with pytest.raises(ConfigurationError, match="VSS_MODELS_BUCKET: no such setting here"):
        read(VSS_MODELS_BUCKET=MODELS)


@pytest.mark.parametrize("name", sorted(function_variables(MANIFEST)))
def test_every_variable_is_needed(name: str) -> None:
    if name == "AWS_LAMBDA_INITIALIZATION_TYPE":
        return
    with pytest.raises(ConfigurationError, match=f"environment variable {name} is missing"):
        read(**{name: None})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VSS_STAGE", "Dev"),
        ("VSS_STAGE", "abcdefghijklm"),
        ("VSS_FRAMES_BUCKET", "UPPER"),
        ("VSS_FRAMES_BUCKET", "ab"),
        ("VSS_FRAMES_BUCKET", "bucket\n"),
        ("VSS_RESULTS_KEY_ARN", "alias/key"),
        ("VSS_BUCKET_OWNER", "12345678901"),
        ("VSS_MANIFEST", "models/manifest.json"),
        ("VSS_MODEL_SET", "Demo"),
        ("VSS_MODEL_SET", "demo omz"),
        ("VSS_SCOPE", "Global"),
        ("VSS_MODEL_SOURCE", "layers"),
        ("VSS_ALERTS", "fire"),
        ("VSS_ALERTS", "camera_covered,"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "127"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "10241"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1e3"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "²"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_with_what_is_allowed(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} (is|names) .*; allowed"):
        read(**{name: value})
