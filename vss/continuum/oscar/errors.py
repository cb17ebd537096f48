"""What an OSCAR cluster may answer instead.

::

    SurveillanceError
    └── OscarError            names the call, its HTTP status and the text of the cluster
        ├── Unreachable       no answer came
        ├── BadRequest        400: a definition that is not allowed, or a name that is taken
        ├── NotSignedIn       401: wrong credentials, or the wrong kind of them
        ├── NotPermitted      403: another user's service, or a quota
        ├── NotFound          404
        ├── Conflict          409
        ├── NotReady          502: a synchronous service that has not started yet
        ├── ClusterFailed     any other 5xx
        └── UnexpectedAnswer  anything else
"""

from __future__ import annotations

from http import HTTPStatus

from deep_learning.errors import SurveillanceError


class OscarError(SurveillanceError):
    """A call to an OSCAR cluster did not work out.

    Attributes:
        call: method and path.
        status: of HTTP; None where no answer came.
        text: what the cluster says, in one line.
    """

    def __init__(self, call: str, status: int | None, text: str) -> None:
        answer = "" if status is None else f" {status}"
        super().__init__(f"OSCAR, {call}:{answer} {text}".rstrip())
        self.call = call
        self.status = status
        self.text = text


class Unreachable(OscarError):
    """No answer came."""


class BadRequest(OscarError):
    """The cluster does not allow what was asked for."""


class NotSignedIn(OscarError):
    """The cluster does not accept the credentials."""


class NotPermitted(OscarError):
    """The user may not do this."""


class NotFound(OscarError):
    """There is no such service or job."""


class Conflict(OscarError):
    """Something of that name exists."""


class NotReady(OscarError):
    """The service does not answer yet."""


class ClusterFailed(OscarError):
    """The cluster itself failed."""


class UnexpectedAnswer(OscarError):
    """The answer is none that the API describes."""


_KINDS: dict[int, type[OscarError]] = {
    HTTPStatus.BAD_REQUEST: BadRequest,
    HTTPStatus.UNAUTHORIZED: NotSignedIn,
    HTTPStatus.FORBIDDEN: NotPermitted,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.BAD_GATEWAY: NotReady,
}


def error_kind(status: int) -> type[OscarError]:
    """Return the error for an HTTP status."""
    other = ClusterFailed if status >= HTTPStatus.INTERNAL_SERVER_ERROR else UnexpectedAnswer
    return _KINDS.get(status, other)
