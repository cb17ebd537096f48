"""The runner on real stores: every object once, whatever happens; nothing of what failed."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest
from deep_learning.errors import ConfigurationError
from supervisor.events import read_items

from tests.edge_site import (
    PATIENCE_S,
    SPLIT,
    VARIABLES,
    EdgeSite,
    cut_off,
    services,
    states,
    wait_until,
)
from tests.faulty_s3 import Fault
from vss.continuum.edge.dead_letters import read_failed
from vss.continuum.edge.job_logs import read_log
from vss.continuum.edge.journal import JobState, NewObject
from vss.continuum.edge.runner import EdgeRunner
from vss.continuum.edge.settings import RunnerSettings


def test_each_object_is_worked_on_once_however_often_it_is_seen(site: EdgeSite) -> None:
    for n in range(5):
        site.put(f"v{n}.mp4", str(n).encode())
    with site.running(SPLIT) as runner:
        wait_until(lambda: runner.journal.count(JobState.DONE) == 5)
        seen = site.storage.faults.count("GET", "/videos/input/")
        site.put("late.mp4", b"late")
        wait_until(lambda: runner.journal.count(JobState.DONE) == 6)
    expected = {f"split/v{n}/img{i}.jpg": str(n).encode() for n in range(5) for i in (1, 2)}
    expected |= {f"split/late/img{i}.jpg": b"late" for i in (1, 2)}
    assert site.frames() == expected
    assert set(site.writes().values()) == {1}
    assert (seen, site.storage.faults.count("GET", "/videos/input/")) == (5, 6)


def test_a_second_runner_finds_nothing_left_to_do(site: EdgeSite) -> None:
    site.put("a.mp4")
    site.run_until_idle(SPLIT).close()
    runner = site.run_until_idle(SPLIT)
    assert site.storage.faults.count("GET", "/videos/input/") == 1
    assert states(runner) == {"input/a.mp4": "done"}
    runner.close()


def test_a_new_content_of_a_key_is_worked_on_and_an_old_one_that_returns(site: EdgeSite) -> None:
    with site.running(SPLIT) as runner:
        for number, content in enumerate((b"one", b"two", b"one"), 1):
            site.put("a.mp4", content)
            wait_until(lambda number=number: runner.journal.count(JobState.DONE) == number)
            assert set(site.frames().values()) == {content}


def test_pushed_events_and_looking_find_an_object_once(site: EdgeSite) -> None:
    etag = site.storage.put("videos", "input/a b.mp4", b"x")
    record = {
        "eventSource": "minio:s3",
        "eventName": "s3:ObjectCreated:Put",
        "s3": {
            "bucket": {"name": "videos"},
            "object": {"key": "input/a+b.mp4", "eTag": etag, "size": 1},
        },
    }
    with site.running(SPLIT) as runner:
        items = read_items({"Records": [record, record]})
        assert runner.announce(items) <= 1
        wait_until(lambda: runner.journal.count(JobState.DONE) == 1)
        assert runner.announce(items) == 0
        site.wait_for_looks()
    assert site.storage.faults.count("GET", "/videos/input/") == 1


def test_an_event_of_another_place_announces_nothing(site: EdgeSite) -> None:
    runner = site.runner(SPLIT)
    record = {
        "eventSource": "minio:s3",
        "eventName": "s3:ObjectCreated:Put",
        "s3": {"bucket": {"name": "private"}, "object": {"key": "input/a", "eTag": "e"}},
    }
    assert runner.announce(read_items({"Records": [record]})) == 0
    runner.close()


def test_an_object_goes_to_every_service_that_takes_it(site: EdgeSite) -> None:
    site.put("a.mp4")
    site.run_until_idle(SPLIT, names=("one", "two")).close()
    assert {key.split("/")[0] for key in site.frames()} == {"one", "two"}


def test_a_chain_of_services_is_followed_to_its_end(site: EdgeSite) -> None:
    """The output of the first is the input of the second; the first look finds nothing there."""
    site.put("a.mp4", b"x")
    both = [
        {"name": "first", "output": [{"storage_provider": "minio.cloud", "path": "videos/middle"}]},
        {"name": "second", "input": [{"storage_provider": "minio", "path": "videos/middle"}]},
    ]
    found = [
        service
        for fields in both
        for service in services(
            SPLIT,
            site.storage.faults.endpoint,
            site.cloud.endpoint,
            (fields.pop("name"),),
            **fields,
        )
    ]
    settings = RunnerSettings(site.state, poll_interval_s=5, reserve_bytes=0)
    runner = EdgeRunner(found, settings, VARIABLES, site.said.append)
    runner.run(until_idle=True)
    first = {f"a/img{n}.jpg" for n in (1, 2)}
    assert set(site.storage.objects("videos", "middle/")) == {f"middle/{name}" for name in first}
    assert set(site.frames()) == {f"second/img{n}.jpg/img{m}.jpg" for n in (1, 2) for m in (1, 2)}
    runner.close()


def test_jobs_of_services_that_are_no_more_are_kept_and_hold_up_nothing(site: EdgeSite) -> None:
    site.put("a.mp4")
    cut_off(site.cloud)
    with site.running(SPLIT, names=("old",)) as runner:
        wait_until(lambda: runner.journal.count(JobState.SENDING) == 1)
    site.cloud.heal()
    site.run_until_idle(SPLIT, names=("new",)).close()
    assert {key.split("/")[0] for key in site.frames()} == {"new"}
    assert "1 objects of services that are not among these ones are kept" in site.said
    site.run_until_idle(SPLIT, names=("old", "new")).close()
    assert {key.split("/")[0] for key in site.frames()} == {"new", "old"}


def test_what_fails_is_tried_again_and_then_given_up_visibly(site: EdgeSite) -> None:
    site.put("bad.mp4")
    site.put("good.mp4")
    script = f"{SPLIT}\ncase $STORAGE_OBJECT_KEY in *bad*) echo broken >&2; exit 3;; esac"
    runner = site.run_until_idle(script, max_attempts=3)
    assert states(runner) == {"input/bad.mp4": "failed", "input/good.mp4": "done"}
    assert site.storage.faults.count("GET", "/videos/input/bad.mp4") == 3
    (failed,) = read_failed(runner.folders.failed)
    assert (failed["key"], failed["attempts"]) == ("input/bad.mp4", 3)
    assert failed["reason"] == "the script ended with exit code 3"
    assert [line for line in site.said if "'input/bad.mp4' is given up" in line]
    log = read_log(runner.folders.logs, "split", failed["job"])
    assert log is not None
    assert [json.loads(line)["message"] for line in log.splitlines()].count("broken") == 3
    assert not [key for key in site.frames() if "bad" in key]
    runner.close()


def test_a_failure_that_passes_costs_nothing(site: EdgeSite) -> None:
    site.put("a.mp4")
    marker = site.state.parent / "tried"
    script = f"{SPLIT}\n[ -e {marker} ] || {{ touch {marker}; exit 1; }}"
    runner = site.run_until_idle(script)
    assert states(runner) == {"input/a.mp4": "done"}
    assert set(site.writes().values()) == {1}
    assert read_failed(runner.folders.failed) == []
    runner.close()


def test_a_failed_input_can_be_tried_again(site: EdgeSite) -> None:
    site.put("a.mp4")
    runner = site.run_until_idle("exit 1", max_attempts=1)
    (job,) = runner.journal.jobs(JobState.FAILED)
    runner.retry_failed()
    assert read_failed(runner.folders.failed) == []
    runner.close()
    site.run_until_idle(SPLIT).close()
    assert len(site.frames()) == 2
    assert job.reason == "the script ended with exit code 1"


def test_an_object_that_is_gone_is_given_up_at_once(site: EdgeSite) -> None:
    site.put("a.mp4")
    site.storage.faults.spoil(
        Fault("error", "GET", "/videos/input/a.mp4", 9, status=404, code="NoSuchKey")
    )
    runner = site.run_until_idle(SPLIT)
    assert site.storage.faults.count("GET", "/videos/input/a.mp4") == 1
    assert "NoSuchKey" in read_failed(runner.folders.failed)[0]["reason"]
    runner.close()


def test_an_object_that_was_overwritten_meanwhile_is_worked_on_as_it_is(site: EdgeSite) -> None:
    site.put("a.mp4", b"new")
    runner = site.runner(SPLIT)
    # Announced with an ETag that the object no longer has.
    announced = NewObject("minio.default", "videos", "input/a.mp4", "old", None, 3, "", "{}")
    assert runner.journal.add("split", [announced]) == 1
    runner.close()
    runner = site.run_until_idle(SPLIT)
    assert [job.state.value for job in runner.journal.jobs()] == ["superseded", "done"]
    assert set(site.frames().values()) == {b"new"}
    runner.close()


@pytest.mark.parametrize("kind", ["drop", "short", "error"])
def test_a_store_that_falters_costs_no_try(site: EdgeSite, kind: str) -> None:
    site.put("a.mp4")
    # One more than there are tries of a call.
    site.storage.faults.spoil(Fault(kind, "GET", "/videos/input/a.mp4", 4))
    runner = site.run_until_idle(SPLIT, max_attempts=1)
    assert states(runner) == {"input/a.mp4": "done"}
    runner.close()


def test_outputs_wait_on_disk_while_the_cloud_is_out_of_reach(site: EdgeSite) -> None:
    for n in range(3):
        site.put(f"v{n}.mp4", str(n).encode())
    cut_off(site.cloud)
    with site.running(SPLIT) as runner:
        wait_until(lambda: runner.journal.count(JobState.SENDING) == 3)
        wait_until(lambda: any("not reached" in line for line in site.said))
        assert site.frames() == {}
        site.cloud.heal()
        wait_until(lambda: runner.journal.count(JobState.DONE) == 3)
        outgoing = runner.folders.outgoing(1).parent
        wait_until(lambda: list(outgoing.iterdir()) == [])
    assert len(site.frames()) == 6
    assert set(site.writes().values()) == {1}
    # The scripts did not run again.
    assert site.storage.faults.count("GET", "/videos/input/") == 3
    assert [line for line in site.said if "minio.cloud is" in line] == [
        line for line in site.said if "cloud is not reached" in line or "reached again" in line
    ]


def test_answers_that_are_lost_make_no_second_object(site: EdgeSite) -> None:
    for n in range(4):
        site.put(f"v{n}.mp4", str(n).encode())
    for n in range(4):
        site.cloud.spoil(Fault("lost_answer", "PUT", f"/frames/split/v{n}/img1.jpg", 1 + n))
    site.run_until_idle(SPLIT).close()
    assert len(site.frames()) == 8
    assert set(site.writes().values()) == {1}


def test_outputs_that_are_refused_are_given_up_and_the_rest_is_not_sent(site: EdgeSite) -> None:
    site.put("a.mp4")
    denied = Fault("error", "PUT", "/frames/split/a/img1", 99, status=403, code="AccessDenied")
    site.cloud.spoil(denied)
    runner = site.run_until_idle(SPLIT, max_attempts=2)
    assert site.frames() == {}
    assert "403 AccessDenied" in read_failed(runner.folders.failed)[0]["reason"]
    assert list(runner.folders.outgoing(1).parent.iterdir()) == []
    runner.close()


def test_objects_carry_the_tags_that_the_service_declares(site: EdgeSite) -> None:
    site.put("a.mp4")
    fields = {"annotations": {"vss/object-tags": "anonymised=true&site=door"}}
    site.run_until_idle(SPLIT, fields=fields).close()
    tags = {"anonymised": "true", "site": "door"}
    assert site.storage.tags("frames", "split/a/img1.jpg") == tags


def test_stopping_ends_scripts_and_the_next_runner_begins_them_again(site: EdgeSite) -> None:
    site.put("a.mp4")
    marker = site.state.parent / "started"
    with site.running(f"touch {marker}; sleep 60"):
        wait_until(marker.exists)
        start = time.monotonic()
    assert time.monotonic() - start < 30
    runner = site.run_until_idle(SPLIT, max_attempts=1)
    assert states(runner) == {"input/a.mp4": "done"}
    runner.close()


def test_a_state_folder_has_one_runner(site: EdgeSite) -> None:
    with site.running(SPLIT):
        site.wait_for_looks(1)
        other = site.runner(SPLIT)
        with pytest.raises(ConfigurationError, match="another runner works in"):
            other.run()
        other.close()


def test_inputs_never_stay_on_disk(site: EdgeSite) -> None:
    secret = b"faces of people" * 10
    site.put("a.mp4", secret)
    site.put("bad.mp4", secret)
    script = "case $STORAGE_OBJECT_KEY in *bad*) exit 3;; esac; echo 1 > $TMP_OUTPUT_DIR/count"
    site.run_until_idle(script, max_attempts=1).close()
    files = [path for path in site.state.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if secret in path.read_bytes()]
    assert site.state.stat().st_mode & 0o777 == 0o700


def test_secrets_are_in_no_file_of_the_runner(site: EdgeSite) -> None:
    site.put("a.mp4")
    script = f"echo {VARIABLES['EDGE_SECRET']}; env; exit 1"
    site.run_until_idle(script, max_attempts=1).close()
    for path in (path for path in site.state.rglob("*") if path.is_file()):
        assert VARIABLES["EDGE_SECRET"].encode() not in path.read_bytes(), path
    assert VARIABLES["EDGE_SECRET"] not in str(site.said)


def test_a_missing_secret_is_named_before_any_work(site: EdgeSite, tmp_path: Path) -> None:
    site.put("a.mp4")
    with pytest.raises(ConfigurationError, match="'env:NOT_SET': the variable is not set"):
        site.runner(SPLIT, fields={"environment": {"secrets": {"KEY": "env:NOT_SET"}}})


def test_a_runner_that_can_no_longer_send_ends(site: EdgeSite) -> None:
    site.put("a.mp4")
    cut_off(site.cloud)
    with site.running(SPLIT) as runner:
        wait_until(lambda: runner.journal.count(JobState.SENDING) == 1)
    file = site.state / "outgoing" / "1" / "a" / "img1.jpg"
    file.unlink()
    file.symlink_to("/etc/passwd")
    site.cloud.heal()
    runner = site.runner(SPLIT)
    watchdog = threading.Timer(PATIENCE_S, runner.stop)
    watchdog.start()
    with pytest.raises(OSError, match="symbolic link"):
        runner.run()
    watchdog.cancel()
    runner.close()


def test_an_outgoing_file_that_is_lost_is_made_again(site: EdgeSite) -> None:
    site.put("a.mp4")
    cut_off(site.cloud)
    with site.running(SPLIT) as runner:
        wait_until(lambda: runner.journal.count(JobState.SENDING) == 1)
    (site.state / "outgoing" / "1" / "a" / "img2.jpg").unlink()
    site.cloud.heal()
    site.run_until_idle(SPLIT).close()
    assert set(site.frames()) == {"split/a/img1.jpg", "split/a/img2.jpg"}
    assert set(site.writes().values()) == {1}


def test_what_does_not_hold_here_is_said_in_one_line(site: EdgeSite) -> None:
    runner = site.runner(SPLIT)
    statement = runner.statement()
    assert statement.startswith("not enforced here: ")
    assert "grycap/blurry-faces" in statement
    assert "\n" not in statement
    runner.close()
