"""Settings of a stage: what is accepted, what is refused and in which words."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest
from constructs import Node, RootConstruct
from deep_learning.catalogue import CalibratedThreshold

from stacks.setting_rules import SettingsError
from stacks.settings import RULES, StageSettings

USER = "arn:aws:iam::123456789012:user/cameras/gate-1"
STAGES = {"dev": {"memory_mb": 2048}, "prod": {"alarm_email": "guard@example.org"}}


def node(context: Mapping[str, Any]) -> Node:
    root = RootConstruct()
    for key, value in context.items():
        root.node.set_context(key, value)
    return root.node


def test_stage_is_dev_unless_chosen() -> None:
    assert StageSettings.from_context(node({"stages": STAGES})).stage == "dev"
    chosen = StageSettings.from_context(node({"stages": STAGES, "stage": "prod"}))
    assert (chosen.stage, chosen.alarm_email) == ("prod", "guard@example.org")


@pytest.mark.parametrize("overrides", ['{"timeout_s": 2}', {"timeout_s": 2}])
def test_overrides_win_over_the_stage_and_the_stage_over_defaults(overrides: object) -> None:
    settings = StageSettings.from_context(node({"stages": STAGES, "settings": overrides}))
    assert (settings.timeout_s, settings.memory_mb, settings.batch_size) == (2, 2048, 5)


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ({"stage": "test"}, "stage is 'test'; allowed: dev, prod"),
        ({"stage": "Prod"}, "stage is 'Prod'; allowed: a lower-case letter"),
        ({"stage": "a" * 13}, "allowed: a lower-case letter, then up to 11"),
        ({"settings": "{"}, r"context settings is '\{'; allowed: a JSON object"),
        ({"settings": "[1]"}, r"context settings is '\[1\]'; allowed: a JSON object"),
    ],
)
def test_wrong_context_is_named(context: Mapping[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        StageSettings.from_context(node({"stages": STAGES, **context}))


@pytest.mark.parametrize(
    ("key", "low", "high"),
    [
        ("memory_mb", 128, 10240),
        ("timeout_s", 1, 900),
        ("batch_size", 1, 10),
        ("batch_window_s", 0, 300),
        ("max_concurrency", 2, 1000),
        ("alert_cooldown_s", 0, 86_400),
        ("frames_retention_days", 1, 3650),
        ("results_retention_days", 1, 3650),
        ("warm_instances", 1, 100),
    ],
)
def test_whole_numbers_have_both_ends(key: str, low: int, high: int) -> None:
    for value in (low, high):
        assert getattr(StageSettings.of("dev", {key: value}), key) == value
    for value in (low - 1, high + 1, float(low + 1), str(low), None, True):
        with pytest.raises(SettingsError, match=f"setting {key} of stage dev is .*{low} to {high}"):
            StageSettings.of("dev", {key: value})


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("reserved_concurrency", [None, 5, 1000], [4, 1001, "5", True]),
        ("scope", ["global", "local"], ["Global", None, 1]),
        ("model_source", ["layer", "s3"], ["s4", None]),
        ("model_set", ["demo", "omz", "own-2"], ["Demo", "", "2nd", "a b", None, 1]),
        ("blob_processors", [[], ["avx2", "amx"]], ["avx2", ["avx1"], ["avx2", "avx2"], None]),
        ("alerts", [[], ["camera_covered", "known_person"]], ["camera_covered", ["theft"], [1]]),
        ("alerts", [["unknown_person"]], [["unknown_person", "unknown_person"], None]),
        ("confirmation_window", [2, 20], [0, 21, "3", None]),
        ("confirmed_frames", [1, 2, 3], [0, 21, 2.0, "2", None, True]),
        ("camera_silent_after", [None, 1, 604_800], [0, 604_801, "900", 9.5, True, [900]]),
        (
            "camera_silent_after",
            [{"*": 900, "entrance": 60, "yard": 0}, {"a.b_c-D": 604_800}],
            [{}, {"*": None}, {"*": -1}, {"do or": 60}, {"_": 60}, {"door": True}, {"**": 60}],
        ),
        ("log_retention_days", [1, 30, 3653], [2, 0, "30", True, None]),
        ("uploader_principals", [[], [USER]], [USER, ["*"], [USER + "*"], [USER, USER]]),
        ("operator_principals", [[USER]], [["arn:aws:s3:::bucket"], ["123456789012"]]),
        ("warm_keeping", ["none", "schedule", "provisioned", "snapstart"], ["always", None]),
        ("removal_policy", ["destroy", "retain"], ["snapshot", True]),
        ("termination_protection", [True, False], [1, "true", None]),
        ("alarm_email", [None, "guard@example.org"], ["", "guard", "a b@c.d"]),
    ],
)
def test_values_are_accepted_or_refused(key: str, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        wanted = tuple(value) if isinstance(value, list) else value
        assert getattr(StageSettings.of("dev", {key: value}), key) == wanted
    for value in bad:
        with pytest.raises(SettingsError, match=rf"setting {key} of stage dev .*allowed: "):
            StageSettings.of("dev", {key: value})


def test_unknown_setting_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        SettingsError, match="setting memory is unknown; allowed: runtime, memory_mb, "
    ):
        StageSettings.of("dev", {"memory": 128})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"reserved_concurrency": 9, "max_concurrency": 10},
            r"reserved_concurrency .*max_concurrency=10.* is 9; allowed: .* 10 to 1000",
        ),
        (
            {"warm_keeping": "schedule", "warm_instances": 6},
            r"warm_instances .*warm_keeping=schedule.* is 6; allowed: .* 1 to 5",
        ),
        (
            {"warm_keeping": "provisioned", "warm_instances": 7, "reserved_concurrency": 6},
            r"warm_instances .*reserved_concurrency=6.* is 7; allowed: .* 1 to 6",
        ),
        (
            {"blob_processors": ["avx2"], "model_source": "s3"},
            r"blob_processors .* is \['avx2'\] with model_source=s3; allowed: \[\], or .*=layer",
        ),
        (
            {"confirmed_frames": 4},
            "confirmed_frames .* is 4 with confirmation_window=3; allowed: .* from 1 to 3",
        ),
        (
            {"confirmation_window": 1},
            "confirmed_frames .* is 2 with confirmation_window=1; allowed: .* from 1 to 1",
        ),
        (
            {"camera_silent_after": {f"camera-{number:03}": 900 for number in range(200)}},
            r"camera_silent_after .* 200 cameras, 2999 characters .*; allowed: 2000 \(\* stands",
        ),
    ],
)
def test_settings_that_contradict_each_other_are_refused(
    values: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        StageSettings.of("prod", values)


@pytest.mark.parametrize(
    ("given", "periods"),
    [
        (None, {}),
        (900, {"*": 900}),
        ({"door": 60, "yard": 0}, {"door": 60, "yard": 0}),
        ({"*": 0, "yard": 0}, {}),
    ],
)
def test_silence_is_watched_where_a_period_is_given(given: Any, periods: dict[str, int]) -> None:
    settings = StageSettings.of("dev", {"camera_silent_after": given})
    assert settings.silence_periods == periods
    assert settings.alert_kinds == settings.alerts + (("camera_silent",) if periods else ())


NETWORK = "0123456789abcdef"


def test_a_calibrated_threshold_is_for_one_network() -> None:
    assert StageSettings.of("dev", {}).calibrated is None
    given = {"identification_threshold": 0.4127, "identification_network": NETWORK}
    assert StageSettings.of("dev", given).calibrated == CalibratedThreshold(0.4127, NETWORK)
    assert StageSettings.of("dev", dict.fromkeys(given)).calibrated is None
    for name in given:
        with pytest.raises(SettingsError, match="allowed: both, as `vss calibrate --write`"):
            StageSettings.of("dev", given | {name: None})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("identification_threshold", value) for value in (0.0, 1.0, -0.2, 0.12345, 1, "0.4")),
        *(("identification_network", value) for value in ("", NETWORK[1:], NETWORK.upper(), 7)),
    ],
)
def test_a_threshold_that_is_none_is_refused(key: str, value: object) -> None:
    with pytest.raises(SettingsError, match=f"setting {key} of stage dev is .*allowed: null or "):
        StageSettings.of("dev", {key: value})


def test_visibility_timeout_is_six_timeouts_and_the_window() -> None:
    settings = StageSettings.of("dev", {"timeout_s": 900, "batch_window_s": 300})
    # The most SQS allows is 43,200 seconds.
    assert settings.visibility_timeout_s(settings.batch_window_s) == 5700 <= 43_200
    assert settings.visibility_timeout_s(0) == 5400


def test_every_setting_has_a_rule() -> None:
    assert set(RULES) | {"stage"} == {field.name for field in dataclasses.fields(StageSettings)}


@pytest.mark.parametrize("key", RULES)
def test_defaults_pass_their_own_rules(key: str) -> None:
    value = getattr(StageSettings(stage="dev"), key)
    RULES[key].check(key, value)
