"""The Runtime API, asked by a plain HTTP client in the place of AWS's runtime client."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected

import pytest

from vss.local.data_plane.readiness import Readiness
from vss.local.data_plane.runtime_api import (
    MAX_RESPONSE_BYTES,
    Answered,
    InitFailed,
    Invocation,
    Ready,
    RuntimeApi,
)

PREFIX = "/2018-06-01/runtime"
INVOCATION = Invocation("id-1", b'{"a": 1}', "arn:f", 1_700_000_000.5, "Root=1;Sampled=1")


@pytest.fixture
def listener() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


@pytest.fixture
def api(listener: socket.socket) -> Iterator[RuntimeApi]:
    readiness = Readiness()
    api = RuntimeApi(listener, readiness)
    yield api
    api.close()
    readiness.close()


@pytest.fixture
def client(listener: socket.socket, api: RuntimeApi) -> Iterator[HTTPConnection]:
    del api
    connection = HTTPConnection("127.0.0.1", listener.getsockname()[1], timeout=5)
    yield connection
    connection.close()


def get_next(client: HTTPConnection) -> tuple[HTTPResponse, bytes]:
    client.request("GET", f"{PREFIX}/invocation/next")
    response = client.getresponse()
    return response, response.read()


def post(
    client: HTTPConnection, path: str, body: bytes, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    client.request("POST", f"{PREFIX}/{path}", body, headers or {})
    response = client.getresponse()
    return response.status, response.read()


def test_an_invocation_is_handed_out_with_its_headers(
    api: RuntimeApi, client: HTTPConnection
) -> None:
    api.offer(INVOCATION)
    response, body = get_next(client)
    assert (response.status, body) == (200, b'{"a": 1}')
    assert response.headers["Lambda-Runtime-Aws-Request-Id"] == "id-1"
    assert response.headers["Lambda-Runtime-Deadline-Ms"] == "1700000000500"
    assert response.headers["Lambda-Runtime-Invoked-Function-Arn"] == "arn:f"
    assert response.headers["Lambda-Runtime-Trace-Id"] == "Root=1;Sampled=1"
    assert api.events.get(timeout=1) == Ready()


def test_without_tracing_there_is_no_trace_header(api: RuntimeApi, client: HTTPConnection) -> None:
    api.offer(Invocation("id-1", b"{}", "arn:f", 0.0, None))
    response, _ = get_next(client)
    assert "Lambda-Runtime-Trace-Id" not in response.headers


def test_next_waits_for_work_and_says_ready_once(api: RuntimeApi, client: HTTPConnection) -> None:
    threading.Timer(0.2, api.offer, [INVOCATION]).start()
    begin = time.monotonic()
    get_next(client)
    assert time.monotonic() - begin >= 0.19
    assert post(client, "invocation/id-1/response", b"1")[0] == 202
    api.offer(Invocation("id-2", b"{}", "arn:f", 0.0, None))
    get_next(client)
    assert [api.events.get(timeout=1) for _ in range(2)] == [
        Ready(),
        Answered("id-1", b"1", is_error=False),
    ]
    assert api.events.empty()


def test_an_error_comes_with_its_cause(api: RuntimeApi, client: HTTPConnection) -> None:
    api.offer(INVOCATION)
    get_next(client)
    headers = {"Lambda-Runtime-Function-XRay-Error-Cause": '{"exceptions": []}'}
    assert post(client, "invocation/id-1/error", b"{}", headers)[0] == 202
    api.events.get(timeout=1)
    assert api.events.get(timeout=1) == Answered("id-1", b"{}", True, '{"exceptions": []}')


@pytest.mark.parametrize("request_id", ["id-0", "../id-1", "id-1x"])
def test_an_answer_to_another_invocation_is_refused(
    api: RuntimeApi, client: HTTPConnection, request_id: str
) -> None:
    api.offer(INVOCATION)
    get_next(client)
    status, _ = post(client, f"invocation/{request_id}/response", b"1")
    assert status in (400, 404)
    api.events.get(timeout=1)
    assert api.events.empty()


def test_a_second_answer_is_refused(api: RuntimeApi, client: HTTPConnection) -> None:
    api.offer(INVOCATION)
    get_next(client)
    assert post(client, "invocation/id-1/response", b"1")[0] == 202
    status, body = post(client, "invocation/id-1/response", b"2")
    assert (status, json.loads(body)) == (400, {"errorType": "InvalidRequestID"})


@pytest.mark.parametrize(("excess", "status"), [(0, 202), (1, 413)])
def test_a_response_has_at_most_six_megabytes(
    api: RuntimeApi, client: HTTPConnection, excess: int, status: int
) -> None:
    api.offer(INVOCATION)
    get_next(client)
    body = bytes(MAX_RESPONSE_BYTES + excess)
    assert post(client, "invocation/id-1/response", body)[0] == status
    api.events.get(timeout=1)
    answered = api.events.get(timeout=1)
    assert isinstance(answered, Answered)
    assert answered.is_error == bool(excess)
    if excess:
        assert json.loads(answered.body)["errorType"] == "Function.ResponseSizeTooLarge"


def test_a_failed_initialisation_is_reported(api: RuntimeApi, client: HTTPConnection) -> None:
    assert post(client, "init/error", b'{"errorType": "X"}')[0] == 202
    assert api.events.get(timeout=1) == InitFailed(b'{"errorType": "X"}')


@pytest.mark.parametrize("path", ["restore/next", "invocation", "invocation/id/else", ""])
def test_unknown_calls_are_refused(client: HTTPConnection, path: str) -> None:
    assert post(client, path, b"")[0] == 404


def test_what_is_no_http_is_refused(client: HTTPConnection, api: RuntimeApi) -> None:
    del api
    with socket.create_connection((client.host, client.port), 5) as raw:
        raw.sendall(b"GET\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400 ")


def test_closing_ends_a_waiting_process(api: RuntimeApi, client: HTTPConnection) -> None:
    threading.Timer(0.2, api.close).start()
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        get_next(client)
