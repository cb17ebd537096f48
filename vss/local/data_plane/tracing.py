"""The X-Ray daemon of the functions: takes segments at once, sends them on in the background."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections import deque
from http import HTTPStatus
from typing import Protocol

from vss.local.data_plane.errors import DataPlaneError
from vss.local.data_plane.readiness import Readiness
from vss.local.data_plane.signed_client import SignedClient

logger = logging.getLogger(__name__)

MAX_WAITING = 20_000
# As the X-Ray daemon: at most 50 segments a call, each at most 64 KB.
_BATCH = 50
_DATAGRAM_BYTES = 65_536
_GATHER_S = 1.0
_JSON = {"Content-Type": "application/json"}


class Documents(Protocol):
    """Takes segment documents."""

    def add(self, document: str) -> None:
        """Take a segment or subsegment, JSON text; must not block."""


class TraceSink:
    """Sends segment documents to X-Ray; never blocks whoever adds them.

    Attributes:
        dropped: documents that were lost because X-Ray refused them or was too slow.
    """

    def __init__(self, xray: SignedClient) -> None:
        self.dropped = 0
        self._xray = xray
        self._waiting: deque[str] = deque()
        self._some = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tracing", daemon=True)
        self._thread.start()

    def add(self, document: str) -> None:
        """Take a segment or subsegment, JSON text; drop it if too many wait already."""
        if len(self._waiting) >= MAX_WAITING:
            self._drop(1, "X-Ray is too slow")
            return
        self._waiting.append(document)
        self._some.set()

    def close(self) -> None:
        """Send what waits, then end."""
        self._closing.set()
        self._some.set()
        self._thread.join()
        if self.dropped:
            logger.warning("%d trace segments were dropped", self.dropped)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._some.wait()
            # Segments come in bursts: a moment's patience makes few calls of many.
            self._closing.wait(_GATHER_S)
            self._some.clear()
            # Not until none waits: more come while these are sent, and would go one by one.
            for _ in range(0, len(self._waiting), _BATCH):
                self._send()

    def _send(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
        body = json.dumps({"TraceSegmentDocuments": batch}).encode()
        try:
            status, text = self._xray.post("/TraceSegments", _JSON, body)
            answer = json.loads(text)
        except (DataPlaneError, ValueError) as error:
            self._drop(len(batch), str(error))
            return
        if status != HTTPStatus.OK:
            self._drop(len(batch), text[:300].decode("utf-8", "replace"))
        elif refused := answer.get("UnprocessedTraceSegments"):
            self._drop(len(refused), str(refused[0]))

    def _drop(self, count: int, why: str) -> None:
        if self.dropped == 0:
            logger.warning("trace segments are dropped: %s", why)
        self.dropped += count


class DaemonSocket:
    """The UDP port to which the X-Ray SDK of one environment sends."""

    def __init__(self, receiver: socket.socket, sink: Documents, readiness: Readiness) -> None:
        self._receiver = receiver
        self._sink = sink
        self._readiness = readiness
        self._draining = threading.Lock()
        readiness.watch(receiver.fileno(), self.drain)

    def drain(self) -> None:
        """Take all datagrams that have arrived, and those that are just being taken."""
        with self._draining:
            self._take_all()

    def _take_all(self) -> None:
        while True:
            try:
                datagram = self._receiver.recv(_DATAGRAM_BYTES)
            except OSError:  # nothing more, or closed
                return
            # First line: {"format": "json", "version": 1}
            _, newline, document = datagram.partition(b"\n")
            if newline:
                self._sink.add(document.decode("utf-8", "replace"))

    def close(self) -> None:
        """Take what is left and close."""
        self.drain()
        self._readiness.forget(self._receiver.fileno())
        self._receiver.close()
