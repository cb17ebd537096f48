"""Settings are read by name, and wrong ones refused by name, value and range."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from business_logic.alerts import AlertKind
from business_logic.settings import FunctionSettings, Scope
from deep_learning.catalogue import CalibratedThreshold
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
    assert settings.alerts.kinds == {AlertKind.CAMERA_COVERED, AlertKind.UNKNOWN_PERSON}
    assert settings.silence.named == frozenset()
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
    assert read(VSS_ALERTS=text).alerts.kinds == alerts


@pytest.mark.parametrize(
    ("kinds", "confirmed", "cooldown_s", "counts_frames", "keeps_state"),
    [
        ("camera_covered,unknown_person", "2", "300", True, True),
        ("camera_covered", "2", "0", True, True),
        ("known_person", "1", "300", False, True),
        ("camera_covered,known_person", "1", "0", False, False),
        ("unknown_person", "2", "300", False, True),
        ("unknown_person", "2", "0", False, False),
        ("", "2", "300", False, False),
    ],
)
def test_the_state_of_a_camera_is_kept_where_an_alert_depends_on_it(
    kinds: str, confirmed: str, cooldown_s: str, counts_frames: bool, keeps_state: bool
) -> None:
    rules = read(
        VSS_ALERTS=kinds,
        VSS_CONFIRMED_FRAMES=confirmed,
        VSS_CONFIRMATION_WINDOW="3",
        VSS_ALERT_COOLDOWN_S=cooldown_s,
    ).alerts
    assert (rules.counts_frames, rules.keeps_state) == (counts_frames, keeps_state)
    assert rules.cooldown == timedelta(seconds=int(cooldown_s))


def test_no_more_frames_can_confirm_than_are_looked_at() -> None:
    with pytest.raises(ConfigurationError, match="VSS_CONFIRMED_FRAMES is 4; allowed are 1 to 3"):
        read(VSS_CONFIRMED_FRAMES="4", VSS_CONFIRMATION_WINDOW="3")


def test_silence_is_not_enabled_by_the_kinds_of_frames() -> None:
    with pytest.raises(ConfigurationError, match="VSS_CAMERA_SILENT_AFTER is what enables that"):
        read(VSS_ALERTS="camera_silent")


@pytest.mark.parametrize(
    ("text", "named", "watches_others", "periods_s"),
    [
        (None, set(), False, {"door": None}),
        ("*=900", set(), True, {"door": 900, "any-1": 900}),
        ("*=900,door=60,yard=0", {"door"}, True, {"door": 60, "yard": None, "gate": 900}),
        ("door=60", {"door"}, False, {"door": 60, "gate": None}),
        ("*=0,a.b_c-d=1", {"a.b_c-d"}, False, {"a.b_c-d": 1, "gate": None}),
    ],
)
def test_the_period_of_a_camera_is_its_own_or_that_of_all_others(
    text: str | None, named: set[str], watches_others: bool, periods_s: dict[str, int | None]
) -> None:
    silence = read(VSS_CAMERA_SILENT_AFTER=text).silence
    assert (silence.named, silence.watches_others) == (named, watches_others)
    for camera, seconds in periods_s.items():
        assert silence.of(camera) == (None if seconds is None else timedelta(seconds=seconds))


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
        ("VSS_CONFIRMED_FRAMES", "0"),
        ("VSS_CONFIRMED_FRAMES", "21"),
        ("VSS_CONFIRMATION_WINDOW", "two"),
        ("VSS_CONFIRMATION_WINDOW", "21"),
        ("VSS_ALERT_COOLDOWN_S", "-1"),
        ("VSS_ALERT_COOLDOWN_S", "86401"),
        ("VSS_CAMERA_SILENT_AFTER", "900"),
        ("VSS_CAMERA_SILENT_AFTER", "*=900,"),
        ("VSS_CAMERA_SILENT_AFTER", "do or=9"),
        ("VSS_CAMERA_SILENT_AFTER", "door=-1"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "127"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "10241"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1e3"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "²"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_with_what_is_allowed(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} (is|names) .*; allowed"):
        read(**{name: value})


def test_a_calibrated_threshold_comes_with_its_network() -> None:
    assert read().networks.calibrated is None
    given = {"VSS_IDENTIFICATION_THRESHOLD": "0.36", "VSS_IDENTIFICATION_NETWORK": "0a" * 8}
    assert read(**given).networks.calibrated == CalibratedThreshold(0.36, "0a" * 8)
    for name in given:
        with pytest.raises(ConfigurationError, match=f"{name} is missing"):
            read(**(given | {name: None}))


@pytest.mark.parametrize("text", ["0", "0.0", "1", "1.0", "-0.1", "nan", "0,4", ".4", "4e-1"])
def test_a_threshold_that_is_no_share_is_refused(text: str) -> None:
    given = {"VSS_IDENTIFICATION_THRESHOLD": text, "VSS_IDENTIFICATION_NETWORK": "0a" * 8}
    with pytest.raises(ConfigurationError, match=f"VSS_IDENTIFICATION_THRESHOLD is '{text}'"):
        read(**given)
