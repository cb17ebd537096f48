"""The way of a request: local call or AWS call, judged, handed to moto, answered."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from vss.local.aws_api.http_message import Request, Response
from vss.local.aws_api.local_calls import PREFIX, LocalCalls

_LOG = logging.getLogger(__name__)


class Gateway:
    """Answers every request of every listener.

    Attributes:
        last_request: time of the latest one, monotonic seconds.
    """

    def __init__(self, moto: Callable[[Request], Response]) -> None:
        self._moto = moto
        self.local_calls: LocalCalls | None = None
        self.last_request = time.monotonic()

    def __call__(self, request: Request) -> Response:
        """Answer one request; a fault of ours is a 500, never a broken connection."""
        self.last_request = time.monotonic()
        try:
            if self.local_calls is not None and request.target.startswith(PREFIX):
                return self.local_calls(request)
            return self._moto(request)
        except Exception as error:
            _LOG.exception("%s %s failed", request.method, request.target)
            message = f"{type(error).__name__}: {error}\n"
            return Response(500, [("Content-Type", "text/plain")], message.encode())
