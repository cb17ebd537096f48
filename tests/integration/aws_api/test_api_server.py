"""The API server as a process: readiness, doors, credentials, and how it ends."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.aws_api_server import KEY, SECRET, LocalCallRefused, RunningServer


def test_ready_line_names_a_loopback_endpoint(server: RunningServer) -> None:
    assert server.ready["ready"] is True
    assert urllib.parse.urlparse(server.endpoint).hostname == "127.0.0.1"


def test_root_credentials_are_the_deployers(server: RunningServer) -> None:
    identity = server.client("sts").get_caller_identity()
    assert identity["Arn"] == "arn:aws:iam::123456789012:user/deployer"
    assert identity["Account"] == "123456789012"


def test_connections_are_kept_alive(server: RunningServer) -> None:
    address = urllib.parse.urlparse(server.endpoint)
    assert address.hostname is not None
    connection = http.client.HTTPConnection(address.hostname, address.port)
    connection.connect()
    first = connection.sock
    for _ in range(3):
        connection.request("GET", "/_local/resources", headers={"x-vss-local": SECRET})
        assert connection.getresponse().read() == b"[]"
        assert connection.sock is first
    connection.close()


@pytest.mark.parametrize(
    ("credentials", "code"),
    [
        ({"AccessKeyId": "AKIAUNKNOWNUNKNOWN00", "SecretAccessKey": SECRET}, "InvalidAccessKeyId"),
        ({"AccessKeyId": KEY, "SecretAccessKey": "wrong"}, "SignatureDoesNotMatch"),
    ],
)
def test_wrong_credentials_are_refused(
    server: RunningServer, credentials: dict[str, str], code: str
) -> None:
    with pytest.raises(ClientError) as refused:
        server.client("s3", credentials).list_buckets()
    assert refused.value.response["Error"]["Code"] == code


def test_an_unsigned_request_is_refused(server: RunningServer) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{server.endpoint}/bucket/key")  # noqa: S310 - our own server
    with refused.value as error:
        assert error.code == 403


@pytest.mark.parametrize("secret", [None, "wrong"])
def test_local_calls_need_the_root_secret(server: RunningServer, secret: str | None) -> None:
    with pytest.raises(LocalCallRefused) as refused:
        server.local("GET", "resources", secret=secret)
    assert refused.value.status == 403


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "nothing", None, 404),
        ("POST", "listeners", {"kind": "window"}, 400),
        ("POST", "listeners", {"kind": "vpc_endpoint"}, 400),
        ("GET", "decisions?limit=many", None, 400),
        ("GET", "role-credentials", None, 400),
        ("GET", "role-credentials?role_arn=arn:aws:iam::123456789012:role/none", None, 404),
    ],
)
def test_wrong_local_calls_are_named(
    server: RunningServer, method: str, path: str, body: Any, status: int
) -> None:
    with pytest.raises(LocalCallRefused) as refused:
        server.local(method, path, body)
    assert refused.value.status == status


def test_a_door_is_opened_once(server: RunningServer) -> None:
    wanted = {"kind": "vpc_endpoint", "vpc_endpoint_id": "vpce-1", "vpc_id": "vpc-1"}
    first = server.door(**wanted)
    assert server.door(**wanted) == first
    assert server.door(**{**wanted, "vpc_endpoint_id": "vpce-2"}) != first
    assert first != server.endpoint


def test_sigterm_ends_it_with_success() -> None:
    server = RunningServer()
    assert server.stop() == 0


def test_it_ends_by_itself_when_idle() -> None:
    with RunningServer("--idle-minutes", "0.02") as server:
        started = time.monotonic()
        assert server.process.wait(30) == 0
        assert time.monotonic() - started >= 1.0


def test_polling_an_empty_queue_does_not_keep_it_up() -> None:
    with RunningServer("--idle-minutes", "0.03") as server:
        sqs = server.client("sqs")
        url = sqs.create_queue(QueueName="quiet")["QueueUrl"]
        deadline = time.monotonic() + 30
        with suppress(BotoCoreError, ClientError):
            while time.monotonic() < deadline:
                sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)
        assert server.process.wait(10) == 0


def test_a_taken_port_is_an_error_that_names_it(server: RunningServer) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vss.local.aws_api", "--port", server.endpoint.rpartition(":")[2]],
        env={**os.environ, "VSS_LOCAL_ROOT_KEY": KEY, "VSS_LOCAL_ROOT_SECRET": SECRET},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "in use" in done.stderr
