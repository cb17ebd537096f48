"""A conformance double of OSCAR's REST API, version 4.1: a real server on loopback.

It is strict where a client could be sloppy: which credentials which call takes, statuses, errors in
plain text, no job id, pages of logs. What a test asks for by `OscarServer.refuse` comes before.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

USER, PASSWORD = "oscar", "password-of-the-cluster"
OWNER_JWT, OTHER_JWT = "jwt.of.the-owner", "jwt.of.somebody-else"
PAGE = 70
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,37}[a-z0-9])?")
_INPUTS = {"minio", "webdav", "rucio"}


@dataclass
class Refusal:
    """An answer that a test asks for; ``kind`` may be ``drop`` and ``lost_answer``, too."""

    method: str
    path: str
    status: int = 500
    text: str = ""
    kind: str = "answer"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class OscarServer:
    """The running server.

    Attributes:
        endpoint: its address.
        oidc: whether users may sign in by tokens.
        paged: whether logs come in pages, as since 3.7.
        serverless: whether there is a backend for synchronous calls.
        services: by name, as the API tells them, with token and owner.
        jobs: of each service, with the log of each.
        events: what each service was called with.
        requests: method and path of each request, with its body.
    """

    endpoint: str
    oidc: bool = True
    paged: bool = True
    serverless: bool = True
    job_delay_s: float = 0.0
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    jobs: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    events: dict[str, list[bytes]] = field(default_factory=dict)
    requests: list[tuple[str, str, bytes]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(
        self, method: str, path: str, status: int = 500, text: str = "", **more: Any
    ) -> None:
        self.refusals.append(Refusal(method, path, status, text, **more))

    def count(self, method: str, path: str) -> int:
        return sum((seen, where) == (method, path) for seen, where, _ in self.requests)

    def add_service(self, name: str, owner: str = USER, **fields: Any) -> dict[str, Any]:
        self.services[name] = {
            "name": name,
            "image": "i",
            "token": secrets.token_hex(32),
            "owner": owner,
            **fields,
        }
        self.jobs.setdefault(name, {})
        return self.services[name]

    def add_job(self, name: str, status: str = "Succeeded", log: str = "done\n") -> str:
        job_id = f"{name}-{secrets.token_hex(4)}"
        self.jobs[name][job_id] = {
            "status": status,
            "creation_time": "2026-11-22T10:00:00Z",
            "start_time": "2026-11-22T10:00:01Z",
            "finish_time": "2026-11-22T10:00:09Z" if status in ("Succeeded", "Failed") else None,
            "log": log,
            "visible_from": time.monotonic() + self.job_delay_s,
        }
        return job_id


class Answer(Exception):
    """What is answered."""

    def __init__(self, status: int, text: str = "", content: Any = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = text.encode() if content is None else json.dumps(content).encode()
        self.kind = "text/plain; charset=utf-8" if content is None else "application/json"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    @property
    def state(self) -> OscarServer:
        found: OscarServer = self.server.state  # type: ignore[attr-defined]
        return found

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        path = parts.path
        self.query = {name: found[-1] for name, found in parse_qs(parts.query).items()}
        self.content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.state.requests.append((self.command, path, self.content))
        refusal = self._refusal(path)
        try:
            if refusal is not None and refusal.kind == "answer":
                raise Answer(refusal.status, refusal.text)
            if refusal is not None and refusal.kind == "drop":
                self.close_connection = True
                return
            self._route([unquote(part) for part in path.strip("/").split("/")])
        except Answer as answer:
            if refusal is not None and refusal.kind == "lost_answer":
                self.close_connection = True
                return
            self._send(answer, {} if refusal is None else refusal.headers)

    do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815

    def _refusal(self, path: str) -> Refusal | None:
        for refusal in self.state.refusals:
            if (refusal.method, refusal.path) == (self.command, path):
                self.state.refusals.remove(refusal)
                return refusal
        return None

    def _send(self, answer: Answer, headers: dict[str, str]) -> None:
        with suppress(ConnectionError):
            self.send_response(answer.status)
            for name, value in {"Content-Type": answer.kind, **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

    # Who calls

    def _user(self) -> str:
        """Return who calls ``/system``: Basic, or with OIDC a user's token."""
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind == "Basic" and value == base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode():
            return USER
        if self.state.oidc and kind == "Bearer" and value in (OWNER_JWT, OTHER_JWT):
            return value
        raise Answer(401, "Unauthorized")

    def _may_call(self, service: dict[str, Any]) -> None:
        """``/job`` and ``/run`` take the service's token or a user's; never Basic."""
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer":
            raise Answer(401, "Unauthorized")
        if value == service["token"] or (self.state.oidc and value == OWNER_JWT):
            return
        if self.state.oidc and value == OTHER_JWT:
            raise Answer(403, "Forbidden")
        raise Answer(401, "Unauthorized")

    def _service(self, name: str) -> dict[str, Any]:
        if name not in self.state.services:
            raise Answer(404, f"service '{name}' not found")
        return self.state.services[name]

    def _owned(self, name: str, user: str) -> dict[str, Any]:
        service = self._service(name)
        # Basic is the cluster's administrator.
        if user not in (USER, service["owner"]):
            raise Answer(403, f"user is not the owner of '{name}'")
        return service

    # What is called

    def _route(self, path: list[str]) -> None:
        match (self.command, *path):
            case ("GET", "health"):
                raise Answer(200, "Ok")
            case ("GET", "system", "info"):
                self._user()
                raise Answer(200, content={"version": "v4.1.0", "architecture": "amd64"})
            case (_, "system", "services", *rest):
                self._services(rest, self._user())
            case (_, "system", "logs", name, *rest):
                self._logs(name, rest, self._user())
            case ("POST", "job", name):
                self._job(name)
            case ("POST", "run", name):
                self._run(name)
        raise Answer(404, "404 page not found")

    def _services(self, rest: list[str], user: str) -> None:
        match (self.command, *rest):
            case ("GET",):
                shown = [s for s in self.state.services.values() if user in (USER, s["owner"])]
                raise Answer(200, content=shown or None) if shown else Answer(200, "null")
            case ("POST",):
                raise self._create(user)
            case ("PUT",):
                raise self._update(user)
            case ("GET", name):
                raise Answer(200, content=self._owned(name, user))
            case ("DELETE", name):
                self._owned(name, user)
                del self.state.services[name]
                raise Answer(204)

    def _create(self, user: str) -> Answer:
        fields = self._checked_fields()
        if fields["name"] in self.state.services:
            raise Answer(400, f"service '{fields['name']}' already exists")
        self.state.add_service(fields.pop("name"), user, **fields)
        return Answer(201)

    def _update(self, user: str) -> Answer:
        fields = self._checked_fields()
        service = self._owned(fields["name"], user)
        if fields.get("volume") != service.get("volume"):
            raise Answer(400, "the volume of a service cannot be changed")
        service |= fields
        if fields.get("federation"):
            return Answer(200, "federation: member\n'b' was not reached")
        return Answer(204)

    def _checked_fields(self) -> dict[str, Any]:
        try:
            fields: dict[str, Any] = json.loads(self.content)
        except ValueError:
            raise Answer(400, "The service specification is not valid: no JSON") from None
        missing = [name for name in ("name", "image", "script") if not fields.get(name)]
        if missing or not _NAME.fullmatch(fields["name"]):
            raise Answer(400, f"The service specification is not valid: {missing or 'name'}")
        for entry in fields.get("input", []):
            if entry["storage_provider"].partition(".")[0] not in _INPUTS:
                raise Answer(400, f"input storage provider {entry['storage_provider']!r}")
        return fields

    def _logs(self, name: str, rest: list[str], user: str) -> None:
        service = self._service(name)
        if user not in (USER, service["owner"]):
            # As OSCAR does to users who may not: 200 and nothing.
            raise Answer(200)
        jobs = self.state.jobs[name]
        match (self.command, *rest):
            case ("GET",):
                raise Answer(200, content=self._page(jobs))
            case ("GET", job_id) if job_id in jobs:
                stamp = "2026-11-22T10:00:02Z " if self.query.get("timestamps") == "true" else ""
                raise Answer(200, stamp + jobs[job_id]["log"])
            case ("DELETE",):
                for job_id, job in list(jobs.items()):
                    if self.query.get("all") == "true" or job["finish_time"]:
                        del jobs[job_id]
                raise Answer(204)
            case ("DELETE", job_id) if job_id in jobs:
                del jobs[job_id]
                raise Answer(204)
        raise Answer(404, "job not found")

    def _page(self, jobs: dict[str, dict[str, Any]]) -> dict[str, Any]:
        hidden = {"log", "visible_from"}
        told = {
            job_id: {k: v for k, v in job.items() if v is not None and k not in hidden}
            for job_id, job in jobs.items()
            if job["visible_from"] <= time.monotonic()
        }
        if not self.state.paged:
            return told
        start = int(self.query.get("page", "0"))
        names = list(told)[start : start + PAGE]
        left = max(0, len(told) - start - PAGE)
        following = str(start + PAGE) if left else ""
        page = {name: told[name] for name in names}
        return {"jobs": page, "next_page": following, "remaining_jobs": left}

    def _job(self, name: str) -> None:
        self._may_call(self._service(name))
        try:
            json.loads(self.content)
        except ValueError:
            raise Answer(400, "the event is not valid") from None
        self.state.events.setdefault(name, []).append(self.content)
        self.state.add_job(name, "Pending")
        raise Answer(201)

    def _run(self, name: str) -> None:
        if not self.state.serverless:
            raise Answer(404, "404 page not found")
        self._may_call(self._service(name))
        self.state.events.setdefault(name, []).append(self.content)
        raise Answer(200, base64.b64encode(b"result").decode())


@contextmanager
def oscar_server(
    certificate: tuple[Path, Path] | None = None, **options: Any
) -> Iterator[OscarServer]:
    """Run the server; with a certificate and its key it speaks TLS."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    # A refused handshake is what some tests are about; nothing is printed of it.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        scheme = "https"
    state = OscarServer(f"{scheme}://127.0.0.1:{server.server_address[1]}", **options)
    server.state = state  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
