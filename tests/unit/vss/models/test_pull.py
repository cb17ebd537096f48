"""What a pull leaves on disk, against a real web server that misbehaves."""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest

from tests.factories import described
from vss.models.pull import Result, pull

XML = "detector/FP16/detector.xml"
BIN = "detector/FP16/detector.bin"


@pytest.fixture
def fetch(networks, server, reporter):
    """Pull from the server without waiting; gives the outcome of the weights file."""

    def run(pauses=None):
        pauses = [] if pauses is None else pauses
        outcomes = pull(networks.content, server.address, reporter, pauses.append)
        return next(outcome for outcome in outcomes if outcome.name == BIN)

    return run


def test_fetches_everything_and_skips_what_lies_in_the_repository(networks, server, reporter):
    outcomes = pull(networks.content, server.address, reporter)

    assert [outcome.result for outcome in reporter.ended] == [
        *[Result.IN_REPOSITORY] * 8,
        Result.FETCHED,
        Result.FETCHED,
    ]
    assert tuple(reporter.ended) == outcomes
    for name, content in networks.files.items():
        assert networks.target(name).read_bytes() == content
        assert not networks.part(name).exists()
    assert sum(outcome.received for outcome in outcomes) == server.served == 305_000
    assert reporter.begun == [(XML, 5_000, 0), (BIN, 300_000, 0)]
    assert reporter.lengths[-1] == 300_000


def test_nothing_is_asked_for_when_all_is_in_place(networks, server, fetch):
    networks.place(XML, BIN)
    assert fetch().result is Result.PRESENT
    assert server.requests == []


def test_an_altered_file_is_replaced(networks, fetch):
    networks.place(XML, BIN)
    networks.target(BIN).write_bytes(b"x" * 300_000)
    assert fetch().result is Result.FETCHED
    assert networks.target(BIN).read_bytes() == networks.files[BIN]


def test_a_broken_transfer_goes_on_where_it_stopped(networks, server, answers, fetch):
    server.plan(BIN, answers.half, answers.honest)
    pauses = []

    assert fetch(pauses).result is Result.FETCHED
    assert server.ranges(BIN) == [None, "bytes=150000-"]
    assert server.served == 305_000
    assert pauses == [0.5]
    assert networks.target(BIN).read_bytes() == networks.files[BIN]


def test_a_later_pull_goes_on_where_an_earlier_one_gave_up(networks, server, answers, fetch):
    server.plan(BIN, answers.half, answers.status(503))
    pauses = []
    outcome = fetch(pauses)
    assert outcome.result is Result.FAILED
    assert "503 Service Unavailable; given up after 5 attempts with 150000 of 300000" in (
        outcome.reason
    )
    assert pauses == [0.5, 1.0, 2.0, 4.0]
    assert networks.part(BIN).stat().st_size == 150_000
    assert not networks.target(BIN).exists()

    server.plan(BIN, answers.honest)
    outcome = fetch()
    assert (outcome.result, outcome.received) == (Result.FETCHED, 150_000)
    assert server.ranges(BIN)[-1] == "bytes=150000-"
    assert server.served == 305_000


@pytest.mark.parametrize("failure", ["half_unannounced", "reset"])
def test_every_kind_of_broken_transfer_is_tried_again(networks, server, answers, fetch, failure):
    server.plan(BIN, getattr(answers, failure), answers.honest)
    assert fetch().result is Result.FETCHED
    assert networks.target(BIN).read_bytes() == networks.files[BIN]


@pytest.mark.parametrize("code", [408, 429, 500, 503])
def test_a_passing_failure_of_the_server_is_waited_for(server, answers, fetch, code):
    server.plan(BIN, answers.status(code), answers.status(code), answers.honest)
    pauses = []
    assert fetch(pauses).result is Result.FETCHED
    assert pauses == [0.5, 1.0]


@pytest.mark.parametrize(("code", "words"), [(404, "404 Not Found"), (403, "403 Forbidden")])
def test_a_final_answer_is_not_asked_for_again(networks, server, answers, fetch, code, words):
    server.plan(BIN, answers.status(code))
    outcome = fetch()
    assert outcome.result is Result.FAILED
    assert outcome.reason == f"{server.address}/{BIN} answers {words}"
    assert len(server.ranges(BIN)) == 1
    assert networks.target(XML).exists()
    assert not networks.part(BIN).exists()


def test_a_server_without_ranges_is_read_from_the_start(networks, server, answers, fetch):
    networks.part(BIN).parent.mkdir(parents=True)
    networks.part(BIN).write_bytes(networks.files[BIN][:1000])
    server.plan(BIN, answers.whole)
    outcome = fetch()
    assert (outcome.result, outcome.received) == (Result.FETCHED, 300_000)
    assert networks.target(BIN).read_bytes() == networks.files[BIN]


@pytest.mark.parametrize("answer", ["shifted", "416"])
def test_an_answer_to_another_range_starts_the_file_again(networks, server, answers, fetch, answer):
    networks.part(BIN).parent.mkdir(parents=True)
    networks.part(BIN).write_bytes(networks.files[BIN][:1000])
    first = answers.status(416) if answer == "416" else answers.shifted
    server.plan(BIN, first, answers.honest)
    assert fetch().result is Result.FETCHED
    assert server.ranges(BIN) == ["bytes=1000-", None]


@pytest.mark.parametrize(
    ("length", "asked"), [(1_000, ["bytes=1000-", None]), (300_000, [None]), (300_007, [None])]
)
def test_the_part_of_another_file_is_thrown_away(networks, server, fetch, length, asked):
    networks.part(BIN).parent.mkdir(parents=True)
    networks.part(BIN).write_bytes(b"?" * length)
    assert fetch().result is Result.FETCHED
    assert server.ranges(BIN) == asked
    assert networks.target(BIN).read_bytes() == networks.files[BIN]


def test_a_complete_part_is_only_verified(networks, server, fetch):
    networks.part(BIN).parent.mkdir(parents=True)
    networks.part(BIN).write_bytes(networks.files[BIN])
    outcome = fetch()
    assert (outcome.result, outcome.received) == (Result.FETCHED, 0)
    assert server.ranges(BIN) == []


def test_wrong_content_is_refused_with_both_hashes(networks, server, answers, fetch):
    server.plan(BIN, answers.instead(b"!" * 300_000))
    outcome = fetch()
    assert outcome.result is Result.REFUSED
    expected = networks.content.networks[0].weights.sha384[:16]
    assert f"the manifest says {expected}…" in outcome.reason
    assert "has SHA-384 " in outcome.reason
    assert len(server.ranges(BIN)) == 1
    assert not networks.target(BIN).exists()
    assert not networks.part(BIN).exists()
    assert networks.target(XML).exists()


@pytest.mark.parametrize("size", [10, 299_999, 300_001])
def test_a_file_of_another_size_is_refused_before_it_is_read(
    networks, server, answers, fetch, size
):
    server.plan(BIN, answers.instead(b"!" * size))
    outcome = fetch()
    assert outcome.result is Result.REFUSED
    assert f"has {size} bytes" in outcome.reason
    assert not networks.part(BIN).exists()


@pytest.mark.parametrize("size", [200_000, 400_000])
def test_another_size_is_refused_while_resuming(networks, server, answers, fetch, size):
    networks.part(BIN).parent.mkdir(parents=True)
    networks.part(BIN).write_bytes(networks.files[BIN][:1000])
    server.plan(BIN, answers.instead(b"!" * size))
    assert fetch().result is Result.REFUSED
    assert server.ranges(BIN) == ["bytes=1000-", None]
    assert not networks.part(BIN).exists()


def test_an_endless_body_is_cut_off(networks, server, answers, fetch):
    server.plan(BIN, answers.endless)
    outcome = fetch()
    assert outcome.result is Result.REFUSED
    assert "more than the 300000 bytes" in outcome.reason
    assert server.served < 20_000_000  # what the buffers of two sockets can hold
    assert not networks.part(BIN).exists()


def test_a_redirect_within_http_is_followed(networks, server, answers, fetch):
    server.files["moved.bin"] = networks.files[BIN]
    server.plan(BIN, answers.redirect("/moved.bin"))
    assert fetch().result is Result.FETCHED


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("file:///etc/passwd", "redirects to the scheme 'file'"),
        ("ftp://127.0.0.1/x", "redirects to the scheme 'ftp'"),
        (f"/{BIN}", "redirects more than 5 times"),
    ],
)
def test_a_redirect_elsewhere_is_not_followed(networks, server, answers, fetch, location, words):
    server.plan(BIN, answers.redirect(location))
    outcome = fetch()
    assert outcome.result is Result.FAILED
    assert words in outcome.reason
    assert len(server.ranges(BIN)) <= 6
    assert not networks.target(BIN).exists()


def closed_address():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}"


def test_an_unreachable_official_address_says_what_else_there_is(make_networks, reporter):
    address = closed_address()
    networks = make_networks(address)
    pauses = []
    outcomes = pull(networks.content, None, reporter, pauses.append)

    failed = [outcome for outcome in outcomes if outcome.result is Result.FAILED]
    assert [outcome.name for outcome in failed] == [XML, BIN]
    for outcome in failed:
        assert f"{address.removeprefix('http://')} cannot be reached" in outcome.reason
        assert "the official address" in outcome.reason
        assert "--mirror" in outcome.reason
    assert len(pauses) == 4, "a host that was not there is not waited for once more"


def test_an_unreachable_mirror_is_not_called_official(networks, reporter):
    outcomes = pull(networks.content, closed_address(), reporter, lambda _: None)
    assert "cannot be reached" in outcomes[-1].reason
    assert "official" not in outcomes[-1].reason


def test_the_official_address_is_used_without_a_mirror(make_networks, server, reporter):
    networks = make_networks(f"{server.address}/official")
    server.files = {f"official/{name}": content for name, content in networks.files.items()}
    outcomes = pull(networks.content, None, reporter)
    assert outcomes[-1].result is Result.FETCHED
    assert server.ranges(f"official/{BIN}") == [None]


def test_an_official_address_of_another_kind_is_not_opened(make_networks, reporter):
    outcomes = pull(make_networks("file:///etc").content, None, reporter)
    assert "is no http(s) address" in outcomes[-1].reason


@pytest.fixture
def pull_twice(networks, server, answers, reporter):
    """Start a second pull while the first is in the middle of a file; gives both outcomes."""

    def run(meanwhile=lambda: None):
        networks.place(XML)
        server.plan(BIN, answers.gated, answers.honest)
        other = type(reporter)()
        threads = [
            threading.Thread(target=pull, args=(networks.content, server.address, told))
            for told in (reporter, other)
        ]
        threads[0].start()
        while not server.ranges(BIN):
            time.sleep(0.005)
        threads[1].start()
        assert other.waiting.wait(5)
        meanwhile()
        server.gate.set()
        for thread in threads:
            thread.join(10)
        return reporter.ended[-1].result, other.ended[-1].result

    return run


def test_two_pulls_at_once_fetch_a_file_once(networks, server, pull_twice):
    assert pull_twice() == (Result.FETCHED, Result.PRESENT)
    assert len(server.ranges(BIN)) == 1
    assert networks.target(BIN).read_bytes() == networks.files[BIN]
    assert not networks.part(BIN).exists()


def test_a_pull_that_waited_for_one_that_was_refused_begins_anew(networks, server, pull_twice):
    server.files[BIN] = b"!" * 300_000
    results = pull_twice(meanwhile=lambda: server.files.update(networks.files))
    assert results == (Result.REFUSED, Result.FETCHED)
    assert networks.target(BIN).read_bytes() == networks.files[BIN]


def test_a_full_disk_is_named(networks, server, fetch):
    networks.part(BIN).parent.mkdir(parents=True)
    networks.part(BIN).symlink_to("/dev/full")
    outcome = fetch()
    assert outcome.result is Result.FAILED
    assert outcome.reason == f"{networks.target(BIN)} cannot be written: No space left on device"
    assert networks.target(XML).exists()


def test_a_folder_that_cannot_be_made_is_named(networks, server, fetch):
    networks.target("detector").parent.mkdir()
    networks.target("detector").write_bytes(b"a file where a folder is to be")
    outcome = fetch()
    assert outcome.result is Result.FAILED
    assert "cannot be written: Not a directory" in outcome.reason
    assert server.requests == []


def test_a_missing_file_of_the_repository_is_not_fetched(networks, server, reporter):
    networks.place(XML, BIN)
    (networks.manifest.parent / "cover/cover.bin").unlink()
    outcomes = pull(networks.content, server.address, reporter)
    failed = [outcome for outcome in outcomes if not outcome.is_good]
    assert [outcome.name for outcome in failed] == ["cover/FP16/cover.bin"]
    assert "is missing; it comes with the repository" in failed[0].reason
    assert server.requests == []


def test_a_directory_mirror_is_copied_and_checked(networks, reporter, tmp_path):
    mirror = networks.mirror(tmp_path / "mirror")
    tampered = bytearray(networks.files[BIN])
    tampered[1234] ^= 1
    (mirror / BIN).write_bytes(tampered)

    by_name = {o.name: o for o in pull(networks.content, mirror, reporter)}
    assert by_name[XML].result is Result.FETCHED
    assert by_name[BIN].result is Result.REFUSED
    assert not networks.target(BIN).exists()
    assert not networks.part(BIN).exists()


def test_a_directory_mirror_is_copied_from_the_start(networks, reporter, tmp_path):
    networks.part(BIN).parent.mkdir(parents=True)
    networks.part(BIN).write_bytes(networks.files[BIN][:1000])
    outcome = pull(networks.content, networks.mirror(tmp_path / "mirror"), reporter)[-1]
    assert (outcome.result, outcome.received) == (Result.FETCHED, 300_000)


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "does not exist"), (b"short", "has 5 bytes"), (b"x" * 300_001, "more than the 300000")],
)
def test_a_directory_mirror_without_the_file_is_named(networks, reporter, tmp_path, content, words):
    mirror = networks.mirror(tmp_path / "mirror")
    (mirror / BIN).unlink()
    if content is not None:
        (mirror / BIN).write_bytes(content)
    outcome = pull(networks.content, mirror, reporter)[-1]
    assert words in outcome.reason
    assert not networks.target(BIN).exists()
    assert not networks.part(BIN).exists()


@pytest.fixture
def converted(networks):
    """The manifest with a detector that is converted from a file of another format."""
    original = b"no network in any format"
    content = json.loads(networks.manifest.read_text())
    detector = next(item for item in content["networks"] if item["name"] == "detector")
    path = "networks/detector/detector.tflite"
    detector["converted_from"] = described(path, original) | {"source": "https://nowhere.invalid/x"}
    networks.manifest.write_text(json.dumps(content))
    networks.files["detector/detector.tflite"] = original
    return networks


def test_an_original_that_cannot_be_converted_is_named_and_thrown_away(
    converted, tmp_path, reporter
):
    mirror = converted.mirror(tmp_path / "mirror")
    outcomes = {one.name: one for one in pull(converted.content, mirror, reporter)}
    assert outcomes["detector/detector.tflite"].result is Result.FETCHED
    for name in (XML, BIN):
        assert outcomes[name].result is Result.FAILED
        assert "detector.tflite cannot be converted" in outcomes[name].reason
    assert list((converted.manifest.parent / "networks").rglob("*.*")) == []


def test_a_network_whose_original_is_missing_fails_as_a_whole(converted, tmp_path, reporter):
    (tmp_path / "mirror").mkdir()
    outcomes = {one.name: one for one in pull(converted.content, tmp_path / "mirror", reporter)}
    assert "detector/detector.tflite does not exist" in outcomes["detector/detector.tflite"].reason
    for name in (XML, BIN):
        assert outcomes[name].reason == "its original detector/detector.tflite is not here"


def test_nothing_is_fetched_where_what_is_converted_is_in_place(converted, tmp_path, reporter):
    converted.place(XML, BIN)
    outcomes = pull(converted.content, tmp_path, reporter)
    assert {one.result for one in outcomes} == {Result.PRESENT, Result.IN_REPOSITORY}
