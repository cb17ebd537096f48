"""A manifest of small networks, and a web server on this machine that can misbehave."""

from __future__ import annotations

import random
import re
import socket
import struct
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from deep_learning.catalogue import Manifest

from tests.factories import (
    KNOWS,
    described,
    file_item,
    filler_items,
    network_item,
    set_item,
    write_manifest,
)
from vss.models.pull import FileOutcome

XML_NAME = "detector/FP16/detector.xml"
BIN_NAME = "detector/FP16/detector.bin"


@dataclass
class Networks:
    """A manifest with one network to be fetched; the others lie in the repository.

    The set ``demo`` has all of these, the set ``omz`` the fetched one instead of the ``sketch``.
    """

    manifest: Path
    files: dict[str, bytes]

    @property
    def content(self) -> Manifest:
        return Manifest.read(self.manifest)

    def target(self, name: str) -> Path:
        return self.manifest.parent / "networks" / name

    def part(self, name: str) -> Path:
        return self.manifest.parent / "networks" / f"{name}.part"

    def place(self, *names: str) -> None:
        for name in names:
            write(self.target(name), self.files[name])

    def mirror(self, directory: Path) -> Path:
        for name, content in self.files.items():
            write(directory / name, content)
        return directory


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.fixture
def make_networks(tmp_path: Path) -> Callable[..., Networks]:
    def make(official: str = "https://nowhere.invalid") -> Networks:
        randomness = random.Random(7)  # noqa: S311 - content of a test file
        files = {XML_NAME: randomness.randbytes(5_000), BIN_NAME: randomness.randbytes(300_000)}
        root = tmp_path / "assets"
        own = {"xml": b"<net/>", "bin": b"weights"}
        cover, sketch = (
            network_item(
                [
                    file_item(root, f"{name}/{name}.{kind}", content)
                    for kind, content in own.items()
                ],
                role=role,
                name=name,
                precision="FP16",
            )
            for role, name in (("camera_cover", "cover"), ("body_pose", "sketch"))
        )
        published = [
            described(f"networks/{name}", content) | {"source": f"{official}/{name}"}
            for name, content in files.items()
        ]
        detector = network_item(published, name="detector", precision="FP16")
        others = [cover, *filler_items(root, [detector, cover])]
        sets = {
            "demo": set_item([sketch, *others], KNOWS),
            "omz": set_item([detector, *others]),
        }
        return Networks(write_manifest(root, [detector, sketch, *others], sets), files)

    return make


@pytest.fixture
def networks(make_networks: Callable[..., Networks]) -> Networks:
    return make_networks()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VSS_MODEL_MIRROR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@dataclass
class RecordingReporter:
    """Keeps what it is told."""

    begun: list[tuple[str, int, int]] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    ended: list[FileOutcome] = field(default_factory=list)
    waiting: threading.Event = field(default_factory=threading.Event)

    def begin(self, name: str, size: int, length: int) -> None:
        self.begun.append((name, size, length))

    def advance(self, length: int) -> None:
        self.lengths.append(length)

    def wait(self, name: str) -> None:
        self.waiting.set()

    def end(self, outcome: FileOutcome) -> None:
        self.ended.append(outcome)


@pytest.fixture
def reporter() -> RecordingReporter:
    return RecordingReporter()


Behaviour = Callable[["Handler", bytes], None]


class MirrorServer(ThreadingHTTPServer):
    """Serves ``files`` honestly, but for the requests a behaviour was planned for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self.files: dict[str, bytes] = {}
        self.planned: dict[str, deque[Behaviour]] = {}
        self.requests: list[tuple[str, str | None]] = []
        self.served = 0
        self.gate = threading.Event()
        self.faults: list[BaseException] = []

    def handle_error(self, *_: object) -> None:
        """Keep what is no broken connection: those are what the tests are about."""
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError):
            self.faults.append(error)

    def plan(self, name: str, *behaviours: Behaviour) -> None:
        """The next requests for ``name`` are answered so, each by one, the last one for ever."""
        self.planned[name] = deque(behaviours)

    def ranges(self, name: str) -> list[str | None]:
        return [asked for path, asked in self.requests if path == name]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: MirrorServer

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        self.server.requests.append((name, self.headers["Range"]))
        planned = self.server.planned.get(name)
        behaviour = honest
        if planned:
            behaviour = planned[0] if len(planned) == 1 else planned.popleft()
        behaviour(self, self.server.files.get(name, b""))

    def head(self, status: int, **headers: object) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), str(value))
        self.end_headers()

    def body(self, content: bytes) -> None:
        self.server.served += len(content)  # before the client can know that all has come
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def honest(handler: Handler, content: bytes) -> None:
    if not content:
        handler.head(404, Content_Length=0)
        return
    asked = re.fullmatch(r"bytes=(\d+)-", handler.headers["Range"] or "")
    if asked is None:
        handler.head(200, Content_Length=len(content))
        handler.body(content)
        return
    start = int(asked[1])
    if start >= len(content):
        handler.head(416, Content_Range=f"bytes */{len(content)}", Content_Length=0)
        return
    value = f"bytes {start}-{len(content) - 1}/{len(content)}"
    handler.head(206, Content_Range=value, Content_Length=len(content) - start)
    handler.body(content[start:])


def whole(handler: Handler, content: bytes) -> None:
    """A server that knows no ranges."""
    handler.head(200, Content_Length=len(content))
    handler.body(content)


def half(handler: Handler, content: bytes) -> None:
    """Announces everything, closes in the middle."""
    handler.head(200, Content_Length=len(content))
    handler.body(content[: len(content) // 2])
    handler.close_connection = True


def half_unannounced(handler: Handler, content: bytes) -> None:
    """Says nothing of a length and closes in the middle: only the manifest can tell."""
    handler.head(200, Connection="close")
    handler.body(content[: len(content) // 2])


def reset(handler: Handler, content: bytes) -> None:
    """Resets the connection in the middle."""
    handler.head(200, Content_Length=len(content))
    handler.body(content[: len(content) // 2])
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.close_connection = True


def gated(handler: Handler, content: bytes) -> None:
    """Sends one half, and the other once the gate is opened."""
    handler.head(200, Content_Length=len(content))
    handler.body(content[: len(content) // 2])
    handler.wfile.flush()
    handler.server.gate.wait(10)
    handler.body(content[len(content) // 2 :])


def endless(handler: Handler, content: bytes) -> None:
    """Never stops sending."""
    handler.head(200, Connection="close")
    while True:
        handler.body(content)


def shifted(handler: Handler, content: bytes) -> None:
    """Sends another range than the one asked for."""
    handler.head(206, Content_Range=f"bytes 0-9/{len(content)}", Content_Length=10)
    handler.body(content[:10])


def status(code: int) -> Behaviour:
    return lambda handler, _: handler.head(code, Content_Length=0)


def redirect(location: str) -> Behaviour:
    return lambda handler, _: handler.head(302, Location=location, Content_Length=0)


def instead(other: bytes) -> Behaviour:
    return lambda handler, _: honest(handler, other)


class Behaviours:
    """The ways a server can answer, by name."""

    honest = staticmethod(honest)
    whole = staticmethod(whole)
    half = staticmethod(half)
    half_unannounced = staticmethod(half_unannounced)
    reset = staticmethod(reset)
    gated = staticmethod(gated)
    endless = staticmethod(endless)
    shifted = staticmethod(shifted)
    status = staticmethod(status)
    redirect = staticmethod(redirect)
    instead = staticmethod(instead)


@pytest.fixture
def answers() -> type[Behaviours]:
    return Behaviours


@pytest.fixture
def server(networks: Networks) -> Iterator[MirrorServer]:
    with MirrorServer() as mirror:
        mirror.files = dict(networks.files)
        thread = threading.Thread(target=mirror.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield mirror
        mirror.gate.set()
        mirror.shutdown()
        thread.join()
        assert mirror.faults == []
