"""One HTTP/1.1 request as it came over the wire, and the answer to it."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, unquote_to_bytes

MAX_LINE = 65_536
MAX_HEADERS = 200


class BadRequestError(Exception):
    """The bytes that came in are no HTTP/1.1 request."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Through which door a request came in; IAM conditions see it.

    Attributes:
        secure: whether the door counts as TLS (plain HTTP on loopback does).
        vpc_endpoint_id: set on the door of a VPC endpoint, else None.
        vpc_id: likewise.
    """

    secure: bool = True
    vpc_endpoint_id: str | None = None
    vpc_id: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request.

    Attributes:
        target: path and query as sent, percent-encoded.
        headers: by lower-case name; repeated ones joined by a comma.
        header_items: the names as spelt by the sender.
    """

    method: str
    target: str
    headers: dict[str, str]
    header_items: list[tuple[str, str]]
    body: bytes
    origin: Origin
    port: int

    @property
    def raw_path(self) -> str:
        """The path as sent, percent-encoded."""
        return self.target.partition("?")[0] or "/"

    @property
    def raw_query(self) -> str:
        """The query as sent, without its question mark."""
        return self.target.partition("?")[2]

    @property
    def path(self) -> str:
        """The decoded path."""
        return unquote_to_bytes(self.raw_path).decode("utf-8", "replace")

    @property
    def query(self) -> dict[str, str]:
        """The decoded query; of a repeated name the last value."""
        return dict(parse_qsl(self.raw_query, keep_blank_values=True))


@dataclass(slots=True)
class Response:
    """An answer with its whole body."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def encoded(self, method: str, keep_alive: bool) -> bytes:
        """Return the bytes of the answer to a request of ``method``."""
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Status"
        names = {name.lower() for name, _ in self.headers}
        lines = [f"HTTP/1.1 {self.status} {phrase}"]
        lines += [
            f"{name}: {value}" for name, value in self.headers if name.lower() != "connection"
        ]
        if "content-length" not in names and self.status != HTTPStatus.NO_CONTENT:
            lines.append(f"Content-Length: {len(self.body)}")
        if "date" not in names:
            lines.append(f"Date: {formatdate(usegmt=True)}")
        lines.append(f"Connection: {'keep-alive' if keep_alive else 'close'}")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        return (
            head if method == "HEAD" or self.status == HTTPStatus.NO_CONTENT else head + self.body
        )


def read_request(stream: BinaryIO, send: Any, origin: Origin, port: int) -> Request | None:
    """Read one request; None at the end of the connection.

    Args:
        stream: what the client sends.
        send: called with the bytes of ``100 Continue`` where the client waits for them.
        origin: the door it came through.
        port: of that door.

    Raises:
        BadRequestError: malformed or over the limits.
    """
    line = stream.readline(MAX_LINE)
    if not line.strip():
        return None
    try:
        method, target, version = line.decode("latin-1").split()
    except ValueError as error:
        raise BadRequestError(f"request line {line[:80]!r}") from error
    if not version.startswith("HTTP/1."):
        raise BadRequestError(f"version {version}, want HTTP/1.1")
    items = list(_header_items(stream))
    headers: dict[str, str] = {}
    for name, value in items:
        lower = name.lower()
        headers[lower] = f"{headers[lower]},{value}" if lower in headers else value
    if headers.get("expect", "").lower() == "100-continue":
        send(b"HTTP/1.1 100 Continue\r\n\r\n")
    return Request(method, target, headers, items, _body(stream, headers), origin, port)


def _header_items(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    for _ in range(MAX_HEADERS):
        line = stream.readline(MAX_LINE)
        if line in (b"\r\n", b"\n", b""):
            return
        name, colon, value = line.decode("utf-8", "surrogateescape").partition(":")
        if not colon:
            raise BadRequestError(f"header line {line[:80]!r}")
        yield name, value.strip()
    raise BadRequestError(f"more than {MAX_HEADERS} headers")


def _body(stream: BinaryIO, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return b"".join(_chunks(stream))
    length = headers.get("content-length", "0")
    if not length.isdigit():
        raise BadRequestError(f"Content-Length {length!r}")
    body = stream.read(int(length))
    if len(body) < int(length):
        raise BadRequestError("the connection ended inside the body")
    return body


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while True:
        line = stream.readline(MAX_LINE)
        try:
            size = int(line.partition(b";")[0], 16)
        except ValueError as error:
            raise BadRequestError(f"chunk size {line[:20]!r}") from error
        if size == 0:
            while stream.readline(MAX_LINE).strip():
                pass
            return
        yield stream.read(size)
        stream.readline(MAX_LINE)


def wsgi_environ(request: Request) -> dict[str, Any]:
    """Return the WSGI environment in which moto sees the request.

    Underscored ``x-amz-meta-`` names are kept under their own spelling, as moto's handler does.
    """
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.raw_path).decode("latin-1"),
        "QUERY_STRING": request.raw_query,
        "RAW_URI": request.target,
        "REQUEST_URI": request.target,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": str(request.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    preserved: dict[str, str] = {}
    for name, value in request.header_items:
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key not in ("CONTENT_LENGTH", "TRANSFER_ENCODING", "EXPECT"):
            if "_" in name:
                if not name.lower().startswith("x-amz-meta-"):
                    continue
                preserved[f"HTTP_{key}"] = name
            environ[f"HTTP_{key}"] = request.headers[name.lower()]
    environ["moto.preserved_header_names"] = preserved
    return environ
