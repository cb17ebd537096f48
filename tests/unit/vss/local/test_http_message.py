"""Requests from the wire and answers to it."""

from __future__ import annotations

import io

import pytest

from vss.local.http_message import (
    BadRequestError,
    Origin,
    Request,
    Response,
    read_request,
    wsgi_environ,
)


def _read(data: bytes) -> Request | None:
    return read_request(io.BytesIO(data), lambda _: None, Origin(), 80)


def test_a_request_is_read_whole() -> None:
    request = _read(
        b"PUT /b/a%20b+c?x=1&y HTTP/1.1\r\nHost: h\r\nX-Two: 1\r\nx-two: 2\r\n"
        b"Content-Length: 3\r\n\r\nabcREST"
    )
    assert request is not None
    assert (request.method, request.raw_path, request.path) == ("PUT", "/b/a%20b+c", "/b/a b+c")
    assert request.query == {"x": "1", "y": ""}
    assert request.headers["x-two"] == "1,2"
    assert request.body == b"abc"


def test_a_chunked_body_is_joined() -> None:
    request = _read(
        b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
    )
    assert request is not None
    assert request.body == b"abcde"


def test_a_waiting_client_is_told_to_go_on() -> None:
    told: list[bytes] = []
    data = b"PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx"
    read_request(io.BytesIO(data), told.append, Origin(), 80)
    assert told == [b"HTTP/1.1 100 Continue\r\n\r\n"]


def test_the_end_of_the_connection_is_no_request() -> None:
    assert _read(b"") is None


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/2\r\n\r\n",
        b"GET / HTTP/1.1\r\nbroken header\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc",
        b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 300 + b"\r\n",
    ],
)
def test_what_is_no_request_is_an_error(data: bytes) -> None:
    with pytest.raises(BadRequestError):
        _read(data)


def test_the_environment_keeps_metadata_names_as_spelt() -> None:
    request = _read(b"GET /%C3%A9 HTTP/1.1\r\nx-amz-meta-a_b: 1\r\nX-Odd_Name: 2\r\n\r\n")
    assert request is not None
    environ = wsgi_environ(request)
    assert environ["PATH_INFO"] == "/é".encode().decode("latin-1")
    assert environ["moto.preserved_header_names"] == {"HTTP_X_AMZ_META_A_B": "x-amz-meta-a_b"}
    assert "HTTP_X_ODD_NAME" not in environ


def test_an_answer_to_head_has_no_body_but_its_length() -> None:
    answer = Response(200, [("Content-Length", "7")], b"").encoded("HEAD", keep_alive=True)
    assert b"Content-Length: 7\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")
    assert b"Content-Length: 2\r\n" in Response(404, [], b"no").encoded("GET", keep_alive=False)
