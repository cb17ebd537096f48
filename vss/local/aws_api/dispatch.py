"""Hands a request to moto and takes its answer."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from vss.local.http_message import Request, Response, wsgi_environ


class _Dispatcher(DomainDispatcherApplication):
    """Moto's dispatcher, which matches a few hundred patterns for each request, remembering."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self._backend_of = functools.lru_cache(1024)(super().get_backend_for_host)

    def get_backend_for_host(self, host: str | None) -> Any:
        """Return the name of the backend that answers for ``host``."""
        return self._backend_of(host)


class Moto:
    """The moto server without its network part."""

    def __init__(self) -> None:
        self._application = _Dispatcher()

    def __call__(self, request: Request) -> Response:
        """Return moto's answer to ``request``."""
        answer: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            answer[:] = [int(status.split()[0]), headers]

        chunks: Iterable[bytes] = self._application(wsgi_environ(request), start_response)
        try:
            body = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        return Response(answer[0], answer[1], body)
