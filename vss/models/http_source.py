"""Files from a web server, resumed by range requests (RFC 9110, section 14)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlsplit

import httpx
from deep_learning.catalogue import NetworkEntry, NetworkFile

from vss.models.addresses import SCHEMES
from vss.models.errors import FetchError, Interruption, Unreachable
from vss.models.http_transfer import receive
from vss.models.part_file import PartFile

PAUSES_S = (0.5, 1.0, 2.0, 4.0)
"""Between one attempt at a file and the next, so there are five."""

_TIMEOUT = httpx.Timeout(30.0, connect=10.0)


def open_client() -> httpx.Client:
    """Return a client whose every wait is bounded and that takes content as it is stored."""
    return httpx.Client(timeout=_TIMEOUT, headers={"Accept-Encoding": "identity"})


class HttpSource:
    """The mirror at ``base``, or the official address of each file where ``base`` is None."""

    def __init__(
        self, base: str | None, client: httpx.Client, sleep: Callable[[float], None]
    ) -> None:
        self._base = base
        self._client = client
        self._sleep = sleep
        self._unreachable: dict[str, str] = {}

    def deliver(self, entry: NetworkEntry, file: NetworkFile, part: PartFile) -> None:
        """Append the rest of ``file`` to ``part``, in as many as five attempts."""
        address = self._address(entry, file)
        host = urlsplit(address).netloc
        if host in self._unreachable:
            raise Unreachable(self._unreachable[host])
        try:
            self._attempt(address, part)
        except Unreachable as error:
            self._unreachable[host] = f"{error}{self._advice()}"
            raise Unreachable(self._unreachable[host]) from error
        except Interruption as error:
            raise Interruption(
                f"{error}; given up after {len(PAUSES_S) + 1} attempts with "
                f"{part.length} of {file.size} bytes, pull again to go on from there"
            ) from error

    def _attempt(self, address: str, part: PartFile) -> None:
        for pause_s in PAUSES_S:
            try:
                return receive(self._client, address, part)
            except Interruption:
                self._sleep(pause_s)
        return receive(self._client, address, part)

    def _address(self, entry: NetworkEntry, file: NetworkFile) -> str:
        if self._base is not None:
            return f"{self._base}/{quote(entry.mirror_path(file))}"
        if file.source is None or urlsplit(file.source).scheme not in SCHEMES:
            raise FetchError(f"the manifest's source {file.source!r} is no http(s) address")
        return file.source

    def _advice(self) -> str:
        if self._base is not None:
            return ""
        return " (the official address); --mirror DIR-or-URL takes the files from elsewhere"
