"""What is tried again, how long it is waited, and what an error tells."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    FlexibleChecksumError,
    IncompleteReadError,
    NoCredentialsError,
    ReadTimeoutError,
)
from business_logic.s3_access import RetryPolicy, describe, s3_client
from deep_learning.errors import TransientError
from urllib3.exceptions import ProtocolError


def answer(status: int, code: str, message: str = "why") -> ClientError:
    details = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(details, "GetObject")  # type: ignore[arg-type]


class Calls:
    """Raises one error after the other, then returns ``done``; remembers the pauses."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.made = 0
        self.pauses: list[float] = []

    def __call__(self) -> str:
        self.made += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"

    def policy(self, jitter: Callable[[], float] = lambda: 1.0) -> RetryPolicy:
        return RetryPolicy(4, 0.1, jitter, self.pauses.append)


PASSING = [
    answer(500, "InternalError"),
    answer(503, "SlowDown"),
    answer(400, "RequestTimeout"),
    answer(409, "ConditionalRequestConflict"),
    EndpointConnectionError(endpoint_url="http://x"),
    ReadTimeoutError(endpoint_url="http://x"),
    IncompleteReadError(actual_bytes=1, expected_bytes=2),
    FlexibleChecksumError(error_msg="mismatch"),
    ProtocolError("broken"),
]
LASTING = [
    answer(403, "AccessDenied"),
    answer(400, "KMS.DisabledException"),
    answer(404, "NoSuchBucket"),
    NoCredentialsError(),
]


@pytest.mark.parametrize("error", PASSING, ids=str)
def test_what_may_pass_is_tried_again(error: Exception) -> None:
    calls = Calls(error, error, error)
    assert calls.policy().call("reading", calls) == "done"
    assert calls.pauses == pytest.approx([0.1, 0.2, 0.4])


@pytest.mark.parametrize("error", PASSING, ids=str)
def test_what_does_not_pass_ends(error: Exception) -> None:
    calls = Calls(*[error] * 4)
    with pytest.raises(TransientError, match="reading: 4 tries, last: "):
        calls.policy().call("reading", calls)
    assert calls.made == 4


@pytest.mark.parametrize("error", LASTING, ids=str)
def test_what_lasts_is_tried_once(error: Exception) -> None:
    calls = Calls(error)
    with pytest.raises(TransientError, match=r"reading: [A-Z]"):
        calls.policy().call("reading", calls)
    assert (calls.made, calls.pauses) == (1, [])


def test_pauses_are_shared_out_by_chance() -> None:
    calls = Calls(*PASSING[:3])
    calls.policy(iter([0.5, 0.0, 1.0]).__next__).call("reading", calls)
    assert calls.pauses == pytest.approx([0.05, 0.0, 0.4])


def test_errors_of_our_own_pass_through() -> None:
    calls = Calls(ValueError("ours"))
    with pytest.raises(ValueError, match="ours"):
        calls.policy().call("reading", calls)


def test_a_description_is_one_line_and_short() -> None:
    text = describe(answer(403, "AccessDenied", "not\nallowed " + "x" * 1000))
    assert text.startswith("GetObject gave 403 AccessDenied: not allowed x")
    assert len(text) <= 300


def test_a_body_is_sent_without_asking_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            asked.append(self.headers["Expect"])
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.handle_request).start()
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.server_port}")
        client = s3_client()
        client.put_object(Bucket="results", Key="record", Body=b"{}")
        client.close()
    assert asked == [None]
