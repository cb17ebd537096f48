"""Lambda as a server on the loopback: the local AWS, but invocations are answered by a script."""

from __future__ import annotations

import base64
import http.client
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.aws_api_server import RunningServer

_HOP_HEADERS = {"connection", "transfer-encoding", "keep-alive", "date", "server"}


@dataclass(frozen=True)
class Invoked:
    """What a script is asked.

    Attributes:
        function: its name.
        memory_mb: of the version that is invoked.
        number: how many invocations of that version there were before.
        payload: what it gets.
    """

    function: str
    memory_mb: int
    number: int
    payload: bytes


@dataclass(frozen=True)
class Answer:
    """What a script answers: a success of some milliseconds unless told otherwise."""

    duration_ms: float = 100.0
    init_ms: float | None = None
    status: int = 200
    body: bytes = b"{}"
    error: str | None = None
    log: str | None = None

    def headers(self) -> dict[str, str]:
        if self.status != 200:
            return {"x-amzn-ErrorType": "TooManyRequestsException"}
        log = self.log if self.log is not None else self._report()
        headers = {"X-Amz-Log-Result": base64.b64encode(log.encode()).decode()}
        return headers | ({"X-Amz-Function-Error": self.error} if self.error else {})

    def _report(self) -> str:
        billed = int(self.duration_ms + (self.init_ms or 0) + 0.999)
        report = f"Duration: {self.duration_ms:.2f} ms\tBilled Duration: {billed} ms"
        init = f"\tInit Duration: {self.init_ms:.2f} ms" if self.init_ms is not None else ""
        return f"START\nREPORT RequestId: 1\t{report}\tMemory Size: 1 MB{init}\t\n"


Script = Callable[[Invoked], Answer]


@dataclass
class ScriptedLambda:
    """The running server.

    Attributes:
        endpoint: its address.
        script: answers invocations.
        invoked: those so far.
    """

    server: RunningServer
    endpoint: str = ""
    script: Script = field(default=lambda invoked: Answer())
    invoked: list[Invoked] = field(default_factory=list)
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def create_function(self, name: str, memory_mb: int = 777, description: str = "ours") -> str:
        """Create a function with a published version behind the alias ``live``; return its ARN."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("index.py", f"# {name}\ndef handler(event, context): return event")
        client = self.client()
        made: dict[str, Any] = client.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=self._role(),
            Handler="index.handler",
            Code={"ZipFile": packed.getvalue()},
            MemorySize=memory_mb,
            Timeout=9,
            Description=description,
            Environment={"Variables": {"KEPT": "yes"}},
        )
        version = client.publish_version(FunctionName=name)["Version"]
        client.create_alias(FunctionName=name, Name="live", FunctionVersion=version)
        return str(made["FunctionArn"])

    def client(self) -> Any:
        """Return a client that reaches the local AWS itself."""
        return self.server.client("lambda")

    def state(self, name: str) -> dict[str, Any]:
        """Return what tuning must leave as it was: configuration, versions, aliases."""
        client = self.client()
        found = client.get_function_configuration(FunctionName=name)
        versions = client.list_versions_by_function(FunctionName=name)["Versions"]
        aliases = client.list_aliases(FunctionName=name)["Aliases"]
        return {
            "memory": found["MemorySize"],
            "description": found["Description"],
            "timeout": found["Timeout"],
            "environment": found["Environment"]["Variables"],
            "versions": sorted((v["Version"], v["MemorySize"], v["Description"]) for v in versions),
            "aliases": sorted((a["Name"], a["FunctionVersion"]) for a in aliases),
        }

    def answer(self, function: str, version: str, payload: bytes) -> Answer:
        """Ask the script."""
        with self._lock:
            number = self._counts.get((function, version), 0)
            self._counts[function, version] = number + 1
        configuration = self.client().get_function_configuration(
            FunctionName=function, Qualifier=version
        )
        invoked = Invoked(function, configuration["MemorySize"], number, payload)
        with self._lock:
            self.invoked.append(invoked)
        return self.script(invoked)

    def _role(self) -> str:
        iam = self.server.client("iam")
        try:
            return str(iam.get_role(RoleName="tuned")["Role"]["Arn"])
        except iam.exceptions.NoSuchEntityException:
            policy = json.dumps({"Version": "2012-10-17", "Statement": []})
            made = iam.create_role(RoleName="tuned", AssumeRolePolicyDocument=policy)
            return str(made["Role"]["Arn"])


@contextmanager
def scripted_lambda(server: RunningServer) -> Iterator[ScriptedLambda]:
    """Run the server in front of the local AWS."""
    scripted = ScriptedLambda(server)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            url = urlsplit(self.path)
            if url.path.endswith("/invocations"):
                name = unquote(url.path).split("/")[-2].rpartition(":")[2]
                version = parse_qs(url.query).get("Qualifier", ["$LATEST"])[0]
                answer = scripted.answer(name, version, body)
                self._reply(answer.status, answer.headers(), answer.body)
            else:
                self._pass_on(body)

        do_GET = do_PUT = do_POST = do_DELETE = _handle  # noqa: N815 - as the base class calls them

        def _pass_on(self, body: bytes) -> None:
            connection = http.client.HTTPConnection(urlsplit(server.endpoint).netloc)
            connection.request(self.command, self.path, body, dict(self.headers))
            with connection.getresponse() as response:
                self._reply(response.status, dict(response.getheaders()), response.read())
            connection.close()

        def _reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in {*_HOP_HEADERS, "content-length"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    scripted.endpoint = f"http://127.0.0.1:{listening.server_port}"
    try:
        yield scripted
    finally:
        listening.shutdown()
        listening.server_close()
