"""Silence is told once, and the last record is found among many without listing them all."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from business_logic.record import Json
from business_logic.record_names import RecordNames
from business_logic.s3_access import RetryPolicy
from business_logic.silence import SilenceCheck, SilenceWatch
from business_logic.silence_periods import SilencePeriods
from deep_learning.errors import TransientError

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
PERIOD_S = 900


class Listing:
    """Lists names as S3 does: in their order, a thousand at a time."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self.keys = sorted(keys)
        self.requests = 0
        self.broken: set[str] = set()

    def add(self, key: str) -> None:
        self.keys = sorted([*self.keys, key])

    def list_objects_v2(self, **request: Any) -> Json:
        assert (request["Bucket"], request["ExpectedBucketOwner"]) == ("results", "owner")
        self.requests += 1
        prefix, most = request["Prefix"], min(request["MaxKeys"], 1000)
        if any(f"/{camera}/" in prefix for camera in self.broken):
            raise TransientError("listing: 503")
        start = bisect_right(self.keys, max(request["StartAfter"], prefix))
        behind = self.keys[start : start + most + 1]
        found = [key for key in behind if key.startswith(prefix)]
        return {
            "Contents": [{"Key": key} for key in found[:most]],
            "IsTruncated": len(found) > most,
        }

    def get_paginator(self, _name: str) -> Listing:
        return self

    def paginate(self, **request: Any) -> list[Json]:
        self.requests += 1
        prefix, delimiter = request["Prefix"], request["Delimiter"]
        rests = {key.removeprefix(prefix).split(delimiter)[0] for key in self.keys}
        found = [{"Prefix": f"{prefix}{rest}{delimiter}"} for rest in sorted(rests)]
        return [{"CommonPrefixes": found[:2]}, {"CommonPrefixes": found[2:]}, {}]


class Results:
    """Takes what is written once."""

    def __init__(self) -> None:
        self.alerts: dict[str, Json] = {}
        self.writes = 0

    def put_once(self, key: str, document: Json) -> bool:
        self.writes += 1
        return self.alerts.setdefault(key, document) is document


def record(camera: str, time: datetime) -> str:
    digest = hashlib.sha256(f"{camera} {time}".encode()).hexdigest()[:20]
    return f"records/{camera}/{time:%Y/%m/%d/%H%M%S}{time.microsecond // 1000:03}-{digest}.json"


def names_in(listing: Listing) -> RecordNames:
    return RecordNames(listing, "results", "owner", RetryPolicy())  # type: ignore[arg-type]


def watch_of(listing: Listing, results: Results, **seconds: int) -> SilenceWatch:
    periods = SilencePeriods({camera.replace("others", "*"): s for camera, s in seconds.items()})
    return SilenceWatch(periods, names_in(listing), results, "results")  # type: ignore[arg-type]


def in_time() -> int:
    return 30_000


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def test_a_silence_is_told_once_and_again_after_a_frame() -> None:
    listing, results = Listing([record("door", ago(5000)), record("yard", ago(10))]), Results()
    watch = watch_of(listing, results, others=PERIOD_S)
    for minutes in range(0, 10, 5):
        found = watch.check(NOW + timedelta(minutes=minutes), in_time)
        assert found == SilenceCheck(cameras=2, silent=1)
    last = record("door", ago(5000))
    assert list(results.alerts) == [last.replace("records/", "alerts/camera_silent/")]
    (alert,) = results.alerts.values()
    assert alert["camera_id"] == "door"
    assert alert["record"] == {"bucket": "results", "key": last}
    assert alert["event_time"] == NOW.isoformat(timespec="milliseconds")
    assert results.writes == 1

    later = NOW + timedelta(hours=1)
    for camera in ("door", "yard"):
        listing.add(record(camera, later - timedelta(seconds=5)))
    assert watch.check(later, in_time).silent == 0
    assert len(results.alerts) == 1
    assert watch.check(later + timedelta(hours=1), in_time).silent == 2
    assert sorted(key.split("/")[2] for key in results.alerts) == ["door", "door", "yard"]


def test_another_environment_tells_the_same_silence_by_the_same_name() -> None:
    listing, results = Listing([record("door", ago(5000))]), Results()
    for minutes in range(3):
        watch = watch_of(listing, results, others=PERIOD_S)
        watch.check(NOW + timedelta(minutes=minutes), in_time)
    assert (results.writes, len(results.alerts)) == (3, 1)


def test_a_silence_between_two_checks_of_one_environment_has_its_own_alert() -> None:
    listing, results = Listing([record("door", ago(5000))]), Results()
    watch = watch_of(listing, results, others=60)
    watch.check(NOW, in_time)
    listing.add(record("door", NOW + timedelta(seconds=30)))
    watch.check(NOW + timedelta(minutes=5), in_time)
    assert len(results.alerts) == 2


@pytest.mark.parametrize(
    ("seconds", "watched"),
    [
        ({"others": 900}, {"door", "yard"}),
        ({"others": 900, "yard": 0}, {"door"}),
        ({"others": 900, "gate": 60}, {"door", "yard", "gate"}),
        ({"others": 0, "door": 60}, {"door"}),
        ({"door": 60, "gate": 60}, {"door", "gate"}),
        ({}, set()),
    ],
)
def test_cameras_are_watched_that_are_named_or_were_seen(
    seconds: dict[str, int], watched: set[str]
) -> None:
    keys = [record(camera, ago(5000)) for camera in ("door", "yard", "_")]
    listing, results = Listing(keys), Results()
    found = watch_of(listing, results, **seconds).check(NOW, in_time)
    assert {alert["camera_id"] for alert in results.alerts.values()} == watched
    assert found == SilenceCheck(len(watched), len(watched))


def test_a_camera_that_never_sent_anything_is_told_of_once() -> None:
    listing, results = Listing(), Results()
    watch = watch_of(listing, results, gate=60)
    for _ in range(3):
        assert watch.check(NOW, in_time).silent == 1
    assert list(results.alerts) == ["alerts/camera_silent/gate/never.json"]
    assert results.alerts["alerts/camera_silent/gate/never.json"]["record"] is None
    assert results.writes == 1


def test_a_camera_that_sends_costs_one_request_a_check_and_a_silent_one_two() -> None:
    listing = Listing(record("door", ago(seconds)) for seconds in range(5000))
    watch = watch_of(listing, Results(), door=PERIOD_S)
    watch.check(NOW, in_time)
    assert listing.requests == 1
    silent_at = NOW + timedelta(hours=1)
    watch.check(silent_at, in_time)
    listing.requests = 0
    watch.check(silent_at, in_time)
    assert listing.requests == 2


def test_what_cannot_be_looked_at_keeps_nobody_else_from_being_told_of() -> None:
    listing, results = Listing(record(camera, ago(5000)) for camera in "abc"), Results()
    listing.broken = {"b"}
    watch = watch_of(listing, results, others=PERIOD_S)
    with pytest.raises(TransientError, match=r"1 of 3 cameras not looked at, one of them: .*503"):
        watch.check(NOW, in_time)
    assert {alert["camera_id"] for alert in results.alerts.values()} == {"a", "c"}


def test_a_check_that_runs_out_of_time_fails_instead_of_passing_over_cameras() -> None:
    listing, results = Listing(record(camera, ago(5000)) for camera in "abc"), Results()
    watch = watch_of(listing, results, others=PERIOD_S)
    with pytest.raises(TransientError, match=r"3 of 3 cameras .* no time left"):
        watch.check(NOW, lambda: 1499)
    assert results.alerts == {}


@pytest.mark.parametrize(
    ("first_ago_s", "last_ago_s", "every_s", "most_requests"),
    [
        (900, 900, 1, 1),
        (5000, 1000, 5, 1),
        (100_000, 1000, 5, 3),
        (100_000, 950, 1, 4),
        (400_000, 200_000, 5, 20),
        (7_000_000, 6_000_000, 20, 20),
        (3000, 1000, 0.01, 20),
    ],
)
def test_the_last_record_is_found_in_few_requests(
    first_ago_s: int, last_ago_s: int, every_s: float, most_requests: int
) -> None:
    count = int((first_ago_s - last_ago_s) / every_s) + 1
    times = [ago(last_ago_s + number * every_s) for number in range(count)]
    listing = Listing([*(record("door", time) for time in times), record("e", ago(0))])
    assert names_in(listing).newest("door", ago(900)) == record("door", times[0])
    assert listing.requests <= most_requests


def test_many_records_of_one_moment_are_listed_to_their_end() -> None:
    keys = [f"records/door/2026/11/22/090000000-{number:020x}.json" for number in range(5000)]
    assert names_in(Listing(keys)).newest("door", NOW) == keys[-1]


def test_a_frame_that_comes_while_it_is_looked_for_ends_the_silence() -> None:
    listing, results = Listing([record("door", ago(5000))]), Results()

    class Late(RecordNames):
        def any_after(self, camera: str, name: str) -> bool:
            found = super().any_after(camera, name)
            listing.add(record("door", ago(1)))
            return found

    names = Late(listing, "results", "owner", RetryPolicy())  # type: ignore[arg-type]
    watch = SilenceWatch(SilencePeriods({"door": 900}), names, results, "results")  # type: ignore[arg-type]
    assert watch.check(NOW, in_time).silent == 0
    assert json.dumps(results.alerts) == "{}"
