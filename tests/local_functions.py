"""Small functions run by the data plane against a moto server that stands for the local AWS."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import boto3
from botocore.config import Config
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

ACCOUNT, REGION = "123456789012", "eu-west-1"
KEY, SECRET = "AKIATESTTESTTESTTEST", "test-root-secret"
ASSETS = "assets"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/function"
SITE_PACKAGES = Path(boto3.__file__).parents[1]
Json = dict[str, Any]


@dataclass
class LocalAws:
    """A moto server with the few calls below ``/_local`` the data plane makes.

    Attributes:
        deployed: what ``/_local/resources`` answers.
        doors: extra port of each VPC endpoint.
        refused_roles: roles whose trust policy refuses Lambda.
        requests: method and path of each request, with the door it came through.
        trouble: gives the status with which a target and path is refused, or None.
    """

    endpoint: str = ""
    deployed: list[Json] = field(default_factory=list)
    doors: dict[str, int] = field(default_factory=dict)
    refused_roles: set[str] = field(default_factory=set)
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    trouble: Callable[[str, str], str | None] | None = None
    _servers: list[Any] = field(default_factory=list)

    def client(self, service: str) -> Any:
        """Return a boto3 client of the server."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            config=Config(s3={"addressing_style": "path"}),
        )

    def forget(self) -> None:
        """Have nothing deployed any more."""
        self.deployed, self.refused_roles = [], set()
        self.requests.clear()
        self.trouble = None

    def deploy(self, kind: str, physical_id: str, **properties: Any) -> str:
        """Let a resource be deployed; return its physical id."""
        resource = {
            "stack": "test",
            "logical_id": f"R{len(self.deployed)}",
            "type": kind,
            "physical_id": physical_id,
            "properties": properties,
        }
        self.deployed.append(resource)
        return physical_id

    def archive(self, files: dict[str, str]) -> Json:
        """Put an archive into the asset bucket; return where it lies."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, text in files.items():
                entry = zipfile.ZipInfo(name)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, text)
        key = f"{abs(hash(packed.getvalue())):x}.zip"
        self.client("s3").put_object(Bucket=ASSETS, Key=key, Body=packed.getvalue())
        return {"S3Bucket": ASSETS, "S3Key": key}

    def function(self, name: str, source: str, **properties: Any) -> str:
        """Deploy a function whose module ``index`` is ``source``; return its name."""
        defaults = {
            "Code": self.archive({"index.py": source}),
            "Handler": "index.handler",
            "Runtime": "python3.13",
            "Role": ROLE,
            "MemorySize": 1769,
            "Timeout": 2,
        }
        return self.deploy("AWS::Lambda::Function", name, **{**defaults, **properties})

    def layer(self, name: str, files: dict[str, str]) -> str:
        """Deploy a layer; return its ARN."""
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:{name}:1"
        return self.deploy("AWS::Lambda::LayerVersion", arn, Content=self.archive(files))

    def queue(self, name: str, visibility_s: int = 3, dead_letters: str | None = None) -> str:
        """Make a queue; return its address."""
        attributes = {"VisibilityTimeout": str(visibility_s)}
        if dead_letters is not None:
            policy = {"deadLetterTargetArn": queue_arn(dead_letters), "maxReceiveCount": 5}
            attributes["RedrivePolicy"] = json.dumps(policy)
        made = self.client("sqs").create_queue(QueueName=name, Attributes=attributes)
        return str(made["QueueUrl"])

    def map(self, queue: str, function: str, **properties: Any) -> None:
        """Deploy an event source mapping with partial batch responses."""
        defaults = {
            "EventSourceArn": queue_arn(queue),
            "FunctionName": function,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": {"MaximumConcurrency": 2},
        }
        self.deploy("AWS::Lambda::EventSourceMapping", "m", **{**defaults, **properties})

    def send(self, url: str, bodies: list[str]) -> None:
        """Send messages."""
        sqs = self.client("sqs")
        for start in range(0, len(bodies), 10):
            part = bodies[start : start + 10]
            entries = [{"Id": str(i), "MessageBody": body} for i, body in enumerate(part)]
            answer = sqs.send_message_batch(QueueUrl=url, Entries=entries)
            assert not answer.get("Failed")

    def depth(self, url: str) -> tuple[int, int]:
        """Return how many messages are visible and how many are in flight."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
        visible, in_flight = (int(answer["Attributes"][name]) for name in names)
        return visible, in_flight

    def is_empty(self, url: str) -> bool:
        """Tell whether no message is left, visible or not."""
        # Moto counts what is visible and what is not at two moments: a message that becomes visible
        # between them is in neither figure, but in those of another look.
        return all(self.depth(url) == (0, 0) for _ in range(2))


def queue_arn(name: str) -> str:
    """Return the ARN of a queue."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


class _Quiet(MotoRequestHandler):
    def log_request(self, *arguments: Any) -> None:
        pass


@contextmanager
def local_aws() -> Iterator[LocalAws]:
    """Run the server."""
    aws = LocalAws()
    backend = DomainDispatcherApplication(create_backend_app)

    def serve(door: str) -> int:
        def application(environ: Json, start_response: Any) -> Any:
            aws.requests.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], door))
            if environ["PATH_INFO"].startswith("/_local/"):
                return _local_call(aws, serve, environ, start_response)
            target = environ.get("HTTP_X_AMZ_TARGET", "")
            status = aws.trouble and aws.trouble(target, environ["PATH_INFO"])
            if status:
                start_response(status, [("Content-Type", "application/json")])
                return [b'{"__type": "AccessDenied", "message": "refused by the test"}']
            return backend(environ, start_response)

        server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        aws._servers.append(server)
        return int(server.server_port)

    aws.endpoint = f"http://127.0.0.1:{serve('main')}"
    aws.client("s3").create_bucket(
        Bucket=ASSETS, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    try:
        yield aws
    finally:
        for server in aws._servers:
            server.shutdown()
            server.server_close()


def _local_call(aws: LocalAws, serve: Any, environ: Json, start_response: Any) -> list[bytes]:
    path, query = environ["PATH_INFO"], dict(parse_qsl(environ["QUERY_STRING"]))
    status, answer = "200 OK", Json()
    if environ.get("HTTP_X_VSS_LOCAL") != SECRET:
        status, answer = "403 Forbidden", {"error": "header x-vss-local"}
    elif path == "/_local/resources":
        answer = aws.deployed  # type: ignore[assignment]
    elif path == "/_local/role-credentials" and query["role_arn"] in aws.refused_roles:
        status, answer = "403 Forbidden", {"error": "lambda.amazonaws.com is not trusted"}
    elif path == "/_local/role-credentials":
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        answer = {name: f"ASIA{name.upper()}" for name in names}
    elif path == "/_local/listeners":
        body = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        door = body["vpc_endpoint_id"]
        answer = {"port": aws.doors.setdefault(door, 0) or serve(door)}
        aws.doors[door] = answer["port"]
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]


@dataclass
class RunningPlane:
    """A data plane process.

    Attributes:
        folder: its logs and journal.
        ready: the line it printed.
    """

    process: subprocess.Popen[str]
    folder: Path
    ready: Json

    @property
    def journal(self) -> list[Json]:
        """The invocations so far."""
        path = self.folder / "invocations.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def log(self, function: str) -> str:
        """What the function and Lambda printed."""
        return (self.folder / "logs" / f"{function}.log").read_text()

    def end(self, number: int = signal.SIGTERM, limit_s: float = 30) -> int:
        """Send a signal and wait for the end; return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(limit_s)


def start_plane(aws: LocalAws, folder: Path, *options: str) -> RunningPlane:
    """Start a data plane and wait until it is ready."""
    environment = {**os.environ, "VSS_LOCAL_ROOT_KEY": KEY, "VSS_LOCAL_ROOT_SECRET": SECRET}
    arguments = ["--endpoint", aws.endpoint, "--folder", str(folder), *options]
    with (folder / "errors").open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "vss.local.data_plane", *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        process.wait()
        process.stdout.close()
        raise RuntimeError((folder / "errors").read_text())
    return RunningPlane(process, folder, json.loads(line))


@contextmanager
def running_plane(aws: LocalAws, folder: Path, *options: str) -> Iterator[RunningPlane]:
    """Run a data plane; it is ended, if need be by force."""
    plane = start_plane(aws, folder, *options)
    try:
        yield plane
    finally:
        if plane.process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                plane.end()
        if plane.process.poll() is None:
            plane.end(signal.SIGKILL)
        assert plane.process.stdout is not None
        plane.process.stdout.close()


def wait_until(condition: Callable[[], Any], limit_s: float = 20.0) -> Any:
    """Return the condition's value as soon as it is true; fail when it stays false."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"still not so after {limit_s} s")
