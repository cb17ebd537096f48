"""A real API server process on loopback, for tests and benchmarks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config

KEY, SECRET = "AKIATESTTESTTESTTEST", "test-secret-test-secret-test-secret"
REGION = "eu-west-1"
ACCOUNT = "123456789012"
_REPOSITORY = Path(__file__).resolve().parent.parent


class LocalCallRefused(Exception):
    """A ``/_local/*`` call was refused; ``status`` is that of HTTP."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class RunningServer:
    """The API server as its own process; ended with the ``with`` block."""

    def __init__(self, *arguments: str) -> None:
        paths = [str(_REPOSITORY), str(_REPOSITORY / "layers" / "deep_learning" / "python")]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vss.local.aws_api", "--port", "0", *arguments],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(paths),
                "VSS_LOCAL_ROOT_KEY": KEY,
                "VSS_LOCAL_ROOT_SECRET": SECRET,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.ready: dict[str, Any] = json.loads(self.process.stdout.readline())
        self.endpoint: str = self.ready["endpoint"]

    @property
    def pid(self) -> int:
        return self.process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> int:
        self.process.terminate()
        code = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def client(
        self,
        service: str,
        credentials: dict[str, str] | None = None,
        endpoint: str | None = None,
    ) -> Any:
        given = credentials or {"AccessKeyId": KEY, "SecretAccessKey": SECRET}
        return boto3.client(
            service,
            endpoint_url=endpoint or self.endpoint,
            region_name=REGION,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given.get("SessionToken"),
            config=Config(
                s3={"addressing_style": "path"},
                retries={"total_max_attempts": 1},
                max_pool_connections=32,
            ),
        )

    def local(self, method: str, path: str, body: Any = None, secret: str | None = SECRET) -> Any:
        request = urllib.request.Request(  # noqa: S310 - our own server on loopback
            f"{self.endpoint}/_local/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={} if secret is None else {"x-vss-local": secret},
        )
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - likewise
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise LocalCallRefused(error.code, json.load(error)["error"]) from error

    def role_credentials(self, role_arn: str) -> dict[str, str]:
        given: dict[str, str] = self.local(
            "GET", f"role-credentials?role_arn={role_arn}&session=test&service=lambda.amazonaws.com"
        )
        return given

    def door(self, **origin: str) -> str:
        """Open a further listener; return its endpoint."""
        return f"http://127.0.0.1:{self.local('POST', 'listeners', origin)['port']}"
