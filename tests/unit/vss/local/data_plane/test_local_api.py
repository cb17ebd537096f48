from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from vss.local.data_plane.clients import role_credentials
from vss.local.data_plane.configuration import VpcEndpoint
from vss.local.data_plane.errors import DataPlaneError
from vss.local.data_plane.local_api import LocalApi


class Handler(BaseHTTPRequestHandler):
    requests: list[tuple[str, str, str]]

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.requests.append((self.command, self.path, body))
        is_known = self.headers["x-vss-local"] == "secret"
        answer = json.dumps({"port": 7} if is_known else {"error": "who are you"}).encode()
        self.send_response(200 if is_known else 403)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[str]:
    Handler.requests = []
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_calls_carry_the_secret_and_their_parameters(endpoint: str) -> None:
    api = LocalApi(endpoint, "secret")
    api.role_credentials("arn:aws:iam::1:role/a+b", "f")
    assert api.endpoint_listener(VpcEndpoint("vpce-1", "vpc-1", "s3")) == 7
    get, post = Handler.requests
    assert get[1] == (
        "/_local/role-credentials?role_arn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa%2Bb&session=f"
        "&service=lambda.amazonaws.com"
    )
    assert post[:2] == ("POST", "/_local/listeners")
    expected = {"kind": "vpc_endpoint", "vpc_endpoint_id": "vpce-1", "vpc_id": "vpc-1"}
    assert json.loads(post[2]) == expected


def test_a_refusal_is_told_with_its_reason(endpoint: str) -> None:
    with pytest.raises(DataPlaneError, match=r"/_local/resources answers 403: .*who are you"):
        LocalApi(endpoint, "wrong").resources()


def test_a_server_that_is_down_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(DataPlaneError, match=f"the local AWS at 127.0.0.1:{port}"):
        LocalApi(f"http://127.0.0.1:{port}", "secret").resources()


@pytest.mark.parametrize("endpoint", ["https://127.0.0.1:1", "127.0.0.1:1", "http://127.0.0.1"])
def test_an_endpoint_that_is_none_is_refused(endpoint: str) -> None:
    with pytest.raises(DataPlaneError, match="want http://<host>:<port>"):
        LocalApi(endpoint, "secret")


def test_credentials_of_a_role_are_fetched_once_for_many_calls() -> None:
    fetched = []

    def fetch() -> dict[str, str]:
        fetched.append(1)
        return {"AccessKeyId": "K", "SecretAccessKey": "S", "SessionToken": "T"}

    credentials = role_credentials(fetch)
    for _ in range(3):
        frozen = credentials.get_frozen_credentials()
        assert (frozen.access_key, frozen.secret_key, frozen.token) == ("K", "S", "T")
    assert len(fetched) == 1
