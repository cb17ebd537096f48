"""What a failed call to a store means."""

from __future__ import annotations

from botocore.exceptions import ClientError, NoCredentialsError

from supervisor.errors import ObjectChanged, ObjectMissing, StorageFailed

_SERVER_ERROR = 500
_MISSING = {"NoSuchKey", "NoSuchVersion", "404"}
EXISTS = {"PreconditionFailed", "412"}
_PASSING = {
    "ConditionalRequestConflict",
    "OperationAborted",
    "RequestTimeout",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "KMS.ThrottlingException",
}
# Raised by botocore before anything is sent: waiting mends none of these.
_LASTING = (NoCredentialsError,)


def storage_failure(action: str, error: Exception) -> StorageFailed:
    """Return what a failed call means."""
    text = f"{action}: {describe(error)}"
    if isinstance(error, ClientError) and error_code(error) in _MISSING:
        return ObjectMissing(text)
    if isinstance(error, ClientError) and error_code(error) in EXISTS:
        return ObjectChanged(text)
    return StorageFailed(text, may_pass(error))


def may_pass(error: Exception) -> bool:
    """Tell whether the same call may succeed later."""
    if isinstance(error, ClientError):
        return _status(error) >= _SERVER_ERROR or error_code(error) in _PASSING
    return not isinstance(error, _LASTING)


def describe(error: Exception) -> str:
    """Describe an error in a line, without what the store quotes."""
    if isinstance(error, ClientError):
        return f"{error.operation_name} gave {_status(error)} {error_code(error)}"
    return f"{type(error).__name__}: {' '.join(str(error)[:200].split())}"


def error_code(error: ClientError) -> str:
    """Return the code of a refusal, or its HTTP status where there is none."""
    return str(error.response.get("Error", {}).get("Code", _status(error)))


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
