"""One attempt to get the rest of a file from a web server that is not trusted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from vss.models.addresses import SCHEMES, without_credentials
from vss.models.errors import FetchError, Interruption, Mismatch, Unreachable
from vss.models.part_file import PartFile

MAX_REDIRECTS = 5

_NO_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
_PASSING_STATUS = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)


def receive(client: httpx.Client, address: str, part: PartFile) -> None:
    """Append to ``part`` what it lacks of the file at ``address``.

    Raises:
        Interruption: it could not be had now, or not all of it; ``part`` keeps what came.
        Mismatch: the server has a file of another size.
        FetchError: the server does not have it, or redirects to where we do not follow.
    """
    if part.is_full:
        return
    headers = {"Range": f"bytes={part.length}-"} if part.length else {}
    shown = without_credentials(address)
    try:
        with _answer(client, address, headers) as response:
            _prepare(response, part, shown)
            for block in response.iter_raw():
                part.append(block)
    except _NO_CONNECTION as error:
        raise Unreachable(f"{urlsplit(shown).netloc} cannot be reached: {error}") from error
    except httpx.TransportError as error:
        reason = str(error) or type(error).__name__
        raise Interruption(f"{shown} broke off: {reason}") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise FetchError(f"{shown}: {error}") from error
    if not part.is_full:
        raise Interruption(f"{shown} ended after {part.length} of {part.expected.size} bytes")


@contextmanager
def _answer(
    client: httpx.Client, address: str, headers: dict[str, str]
) -> Iterator[httpx.Response]:
    # By hand: the client would read the body of a redirect to its end, and follow to anywhere.
    request: httpx.Request = client.build_request("GET", address, headers=headers)
    for _ in range(MAX_REDIRECTS + 1):
        with closing(client.send(request, stream=True)) as response:
            if response.next_request is None:
                yield response
                return
            if (problem := redirect_problem(request.url, response.next_request.url)) is not None:
                raise FetchError(f"{without_credentials(address)} {problem}")
            request = response.next_request
    raise FetchError(f"{without_credentials(address)} redirects more than {MAX_REDIRECTS} times")


def redirect_problem(origin: httpx.URL, target: httpx.URL) -> str | None:
    """Say why a redirect is not followed, or None where it is."""
    if target.scheme not in SCHEMES:
        return f"redirects to the scheme {target.scheme!r}, only http and https are followed"
    if origin.scheme == "https" and target.scheme == "http":
        return "redirects from https to http, which is not followed"
    return None


def _prepare(response: httpx.Response, part: PartFile, shown: str) -> None:
    """Bring ``part`` to where the body of ``response`` begins, or raise."""
    status = response.status_code
    if status == HTTPStatus.PARTIAL_CONTENT and part.length:
        _check_range(response, part, shown)
    elif status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and part.length:
        part.restart()
        raise Interruption(f"{shown} has no byte beyond those we have")
    elif status == HTTPStatus.OK:
        part.restart()
        _check_length(response, part, shown)
    elif status in _PASSING_STATUS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Interruption(f"{shown} answers {status} {response.reason_phrase}")
    else:
        raise FetchError(f"{shown} answers {status} {response.reason_phrase}")


def _check_range(response: httpx.Response, part: PartFile, shown: str) -> None:
    value = response.headers.get("Content-Range", "")
    parts = re.fullmatch(r"bytes ([0-9]+)-[0-9]+/([0-9]+|\*)", value)
    if parts is None or int(parts[1]) != part.length:
        asked = part.length
        part.restart()
        raise Interruption(f"{shown} sends the range {value!r}, asked was from {asked}")
    if parts[2] not in ("*", str(part.expected.size)):
        raise Mismatch(f"has {parts[2]} bytes, the manifest says {part.expected.size}")


def _check_length(response: httpx.Response, part: PartFile, shown: str) -> None:
    length = response.headers.get("Content-Length")
    if length is not None and length != str(part.expected.size):
        raise Mismatch(f"has {length} bytes at {shown}, the manifest says {part.expected.size}")
