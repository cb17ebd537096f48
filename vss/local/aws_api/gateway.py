"""The way of a request: local call or AWS call, signer and permissions judged, then moto."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from vss.local.aws_api.api_call import ApiCall, Protocol, read_call
from vss.local.aws_api.judge import Judge
from vss.local.aws_api.local_calls import PREFIX, LocalCalls
from vss.local.aws_api.object_locks import ObjectLocks
from vss.local.aws_api.refusals import refuse
from vss.local.aws_api.signature import SignatureError, authenticate, read_scope
from vss.local.http_message import Request, Response

_LOG = logging.getLogger(__name__)
_FORBIDDEN = 403


class Gateway:
    """Answers every request of every listener.

    Attributes:
        local_calls: set once the listeners exist that it can open.
        last_request: time of the latest request that was not mere upkeep, monotonic seconds.
    """

    def __init__(self, moto: Callable[[Request], Response], judge: Judge) -> None:
        self._moto = moto
        self._judge = judge
        self._locks = ObjectLocks()
        self.local_calls: LocalCalls | None = None
        self.last_request = time.monotonic()

    def __call__(self, request: Request) -> Response:
        """Answer one request; a fault of ours is a 500, never a broken connection."""
        if not _is_upkeep(request):
            self.last_request = time.monotonic()
        try:
            if self.local_calls is not None and request.target.startswith(PREFIX):
                return self.local_calls(request)
            return self._aws(request)
        except Exception as error:
            _LOG.exception("%s %s failed", request.method, request.target)
            message = f"{type(error).__name__}: {error}\n"
            return Response(500, [("Content-Type", "text/plain")], message.encode())

    def _aws(self, request: Request) -> Response:
        call: ApiCall | None = None
        try:
            scope = read_scope(request)
            if scope is None:
                raise SignatureError("AccessDenied", "The request is not signed")
            call = read_call(request, scope.service, scope.region)
            principal = authenticate(request, scope).principal
        except SignatureError as error:
            protocol = call.protocol if call else Protocol.S3
            service = call.service if call else "s3"
            return refuse(protocol, service, error.code, str(error), _FORBIDDEN)
        why = self._judge.refusal(call, principal)
        if why is not None:
            message = f"User: {principal.arn} is not authorized to perform: {why}"
            return refuse(call.protocol, call.service, "AccessDenied", message, _FORBIDDEN)
        with self._locks.for_call(call):
            return self._moto(request)


def _is_upkeep(request: Request) -> bool:
    """Tell whether the data plane would send the request though nobody wants anything of it."""
    return (
        request.headers.get("x-amz-target") == "AmazonSQS.ReceiveMessage"
        or request.raw_path == f"{PREFIX}role-credentials"
    )
