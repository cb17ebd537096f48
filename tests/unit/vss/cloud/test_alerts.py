"""Alerts read from the results bucket, filtered, shown, followed."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from business_logic.alerts import AlertKind
from deep_learning.errors import ConfigurationError
from rich.console import Console

from vss.cloud import alerts
from vss.cloud.alerts import AlertFilter, AlertReader, alert_table, chosen_kinds, show_alerts
from vss.cloud.deployment import Deployment, DeploymentError

NOW = datetime.now(UTC)
ALL = tuple(AlertKind)


def store(
    deployment: Deployment, kind: str, camera: str, when: datetime = NOW, silent: bool = False
) -> None:
    path = f"{camera}/{when:%Y/%m/%d/%H%M%S}000-0a.json"
    alert = {
        "format": "vss.alert/1",
        "kind": kind,
        "camera_id": camera,
        "event_time": NOW.isoformat(),
        "person_ids": ["ann"] if kind == "known_person" else [],
        "record": None if silent else {"bucket": "results", "key": f"records/{path}"},
    }
    deployment.s3.put_object(
        Bucket=deployment.outputs["ResultsBucket"],
        Key=f"alerts/{kind}/{camera}/never.json" if silent else f"alerts/{kind}/{path}",
        Body=json.dumps(alert).encode(),
    )


def found(
    deployment: Deployment,
    kinds: tuple[AlertKind, ...] = ALL,
    camera: str | None = None,
    since: timedelta = timedelta(hours=1),
) -> list[tuple[str, str]]:
    reader = AlertReader(deployment, AlertFilter(kinds, camera, NOW - since))
    return [(alert["kind"], alert["camera_id"]) for alert in reader.read_new()]


@pytest.fixture
def stored(deployment: Deployment) -> Deployment:
    for kind, camera in (
        ("camera_covered", "door"),
        ("camera_covered", "yard"),
        ("unknown_person", "door"),
        ("known_person", "doorway"),
    ):
        store(deployment, kind, camera)
    store(deployment, "camera_silent", "gate", silent=True)
    return deployment


def test_alerts_of_all_kinds_and_cameras(stored: Deployment) -> None:
    assert sorted(found(stored)) == [
        ("camera_covered", "door"),
        ("camera_covered", "yard"),
        ("camera_silent", "gate"),
        ("known_person", "doorway"),
        ("unknown_person", "door"),
    ]


def test_only_the_kind_and_the_camera_asked_for(stored: Deployment) -> None:
    assert found(stored, chosen_kinds("camera_covered"), "door") == [("camera_covered", "door")]
    assert sorted(found(stored, camera="door")) == [
        ("camera_covered", "door"),
        ("unknown_person", "door"),
    ]
    assert found(stored, camera="hall") == []
    with pytest.raises(ConfigurationError, match=r"'theft': allowed are camera_covered, unknown"):
        chosen_kinds("theft")


def test_it_is_the_time_of_the_alert_that_counts_not_that_of_its_frame(
    deployment: Deployment,
) -> None:
    store(deployment, "camera_silent", "gate", NOW - timedelta(days=40))
    store(deployment, "camera_covered", "door", NOW - timedelta(days=2))
    assert len(found(deployment)) == 2
    assert found(deployment, since=timedelta(hours=-1)) == []


def test_an_alert_comes_once(stored: Deployment) -> None:
    reader = AlertReader(stored, AlertFilter(ALL, None, NOW - timedelta(hours=1)))
    assert len(reader.read_new()) == 5
    store(stored, "unknown_person", "hall")
    assert [alert["camera_id"] for alert in reader.read_new()] == ["hall"]
    assert reader.read_new() == []


def test_an_object_that_is_no_alert_is_named(stored: Deployment) -> None:
    bucket = stored.outputs["ResultsBucket"]
    key = f"alerts/camera_covered/door/{NOW:%Y/%m/%d}/x.json"
    stored.s3.put_object(Bucket=bucket, Key=key, Body=b"{}")
    with pytest.raises(DeploymentError, match=r"/x\.json .* is no vss.alert/1"):
        found(stored)


def test_the_table_names_the_record_and_nobody(stored: Deployment) -> None:
    reader = AlertReader(stored, AlertFilter(ALL, None, NOW - timedelta(hours=1)))
    printed = StringIO()
    Console(width=150, file=printed).print(alert_table(reader.read_new()))
    text = printed.getvalue()
    assert "5 alerts, each to be judged by a person" in text
    for line in (f"{NOW:%Y-%m-%d %H:%M:%S}", "camera_covered", "records/door/", "none so far"):
        assert line in text
    assert "ann" not in text


def test_following_goes_on_until_it_is_interrupted(
    stored: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pauses = iter([lambda: store(stored, "unknown_person", "hall"), lambda: None])

    def sleep(_seconds: float) -> None:
        try:
            next(pauses)()
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(alerts.time, "sleep", sleep)
    with pytest.raises(KeyboardInterrupt):
        show_alerts(stored, AlertFilter(ALL, None, NOW - timedelta(hours=1)), following=True)
    shown = capsys.readouterr().out
    assert shown.count("hall") == 2, "camera and record"
    assert shown.count("time (UTC)") == 1
