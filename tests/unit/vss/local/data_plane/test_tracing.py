from __future__ import annotations

import json
import logging
import socket
import threading
import time
from typing import Any

import pytest

from vss.local.data_plane import tracing
from vss.local.data_plane.errors import DataPlaneError
from vss.local.data_plane.readiness import Readiness
from vss.local.data_plane.segments import Span, Trace, TracedInvocation, documents
from vss.local.data_plane.tracing import DaemonSocket, TraceSink


class FakeXRay:
    """Remembers batches; fails, hangs or refuses as told."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.error: Exception | None = None
        self.unprocessed: list[dict[str, str]] = []
        self.status = 200
        self.gate = threading.Event()
        self.gate.set()

    def post(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        self.gate.wait(5)
        if self.error is not None:
            raise self.error
        assert path == "/TraceSegments"
        assert headers == {"Content-Type": "application/json"}
        self.batches.append(json.loads(body)["TraceSegmentDocuments"])
        return self.status, json.dumps({"UnprocessedTraceSegments": self.unprocessed}).encode()


@pytest.fixture
def xray() -> Any:
    return FakeXRay()


def test_documents_are_sent_in_batches_of_fifty_in_order(xray: Any) -> None:
    sink = TraceSink(xray)
    for number in range(120):
        sink.add(str(number))
    sink.close()
    assert [len(batch) for batch in xray.batches] == [50, 50, 20]
    sent = [document for batch in xray.batches for document in batch]
    assert sent == [str(number) for number in range(120)]
    assert sink.dropped == 0


def test_adding_never_waits_and_what_is_too_much_is_dropped_and_told(
    xray: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tracing, "MAX_WAITING", 100)
    xray.gate.clear()
    sink = TraceSink(xray)
    begin = time.monotonic()
    for number in range(300):
        sink.add(str(number))
    assert time.monotonic() - begin < 0.3
    xray.gate.set()
    with caplog.at_level(logging.WARNING):
        sink.close()
    sent = sum(len(batch) for batch in xray.batches)
    assert sent + sink.dropped == 300
    assert sink.dropped > 0
    assert f"{sink.dropped} trace segments were dropped" in caplog.text


def test_what_xray_refuses_or_cannot_take_is_counted(xray: Any) -> None:
    xray.unprocessed = [{"Id": "1", "Message": "bad"}]
    sink = TraceSink(xray)
    sink.add("a")
    sink.close()
    assert sink.dropped == 1
    xray.error = DataPlaneError("no answer")
    sink = TraceSink(xray)
    sink.add("a")
    sink.add("b")
    sink.close()
    assert sink.dropped == 2
    xray.error, xray.status = None, 403
    sink = TraceSink(xray)
    sink.add("a")
    sink.close()
    assert sink.dropped == 1


def test_the_daemon_takes_the_documents_of_datagrams(xray: Any) -> None:
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    receiver.setblocking(False)
    readiness, sink = Readiness(), TraceSink(xray)
    daemon = DaemonSocket(receiver, sink, readiness)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        header = b'{"format": "json", "version": 1}\n'
        for datagram in (header + b'{"id": "a"}', b"no header", header + b'{"id": "b"}'):
            sender.sendto(datagram, receiver.getsockname())
    daemon.close()
    readiness.close()
    sink.close()
    assert xray.batches == [['{"id": "a"}', '{"id": "b"}']]


class SlowDocuments:
    """Takes a while for one document."""

    def __init__(self) -> None:
        self.begun, self.taken = threading.Event(), list[str]()

    def add(self, document: str) -> None:
        self.begun.set()
        time.sleep(0.2 if document == "a" else 0)
        self.taken.append(document)


def test_closing_waits_for_the_document_that_is_just_being_taken() -> None:
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    receiver.setblocking(False)
    readiness, slow = Readiness(), SlowDocuments()
    daemon = DaemonSocket(receiver, slow, readiness)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"{}\na", receiver.getsockname())
        assert slow.begun.wait(5)
        sender.sendto(b"{}\nb", receiver.getsockname())
    daemon.close()
    assert slow.taken == ["a", "b"]
    readiness.close()


def invocation(**changes: Any) -> TracedInvocation:
    given: dict[str, Any] = {
        "request_id": "r",
        "function_name": "f",
        "function_arn": "arn:f",
        "account": "1",
        "received": Span(10.0, 20.0),
        "initialization": Span(11.0, 12.0),
        "handling": Span(12.5, 19.0),
        "failed": False,
    }
    return TracedInvocation(**given | changes)


def test_segments_nest_and_cover_each_other() -> None:
    trace = Trace()
    service, function = (json.loads(text) for text in documents(trace, invocation()))
    assert service["trace_id"] == function["trace_id"] == trace.trace_id
    assert function["parent_id"] == service["id"]
    assert trace.header(sampled=True) == f"Root={trace.trace_id};Parent={function['id']};Sampled=1"
    assert trace.header(sampled=False).endswith(";Sampled=0")
    assert (function["start_time"], function["end_time"]) == (11.0, 19.0)
    assert [phase["name"] for phase in function["subsegments"]] == ["Initialization", "Invocation"]
    assert service["http"]["response"]["status"] == 200


@pytest.mark.parametrize(
    ("cause", "kept"), [('{"exceptions": []}', {"exceptions": []}), ("", None), ("no json", None)]
)
def test_a_failure_is_a_fault_with_its_cause(cause: str, kept: object) -> None:
    texts = documents(Trace(), invocation(failed=True, cause=cause, initialization=None))
    service, function = (json.loads(text) for text in texts)
    assert service["fault"]
    assert function["fault"]
    assert service["http"]["response"]["status"] == 500
    assert function.get("cause") == kept
    assert [phase["name"] for phase in function["subsegments"]] == ["Invocation"]
