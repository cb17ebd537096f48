"""Invokes deployed functions: with patience where they are throttled, and says how they failed."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from vss.study.tuning.tuned_function import PowerValueFailed, TuningError

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

_THROTTLED = ("TooManyRequestsException", "ThrottlingException")
_ERROR_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a throttled invocation is tried again.

    Attributes:
        tries: in all.
        first_s: pause after the first try; it doubles with each further one.
    """

    tries: int = 8
    first_s: float = 0.5


class Invoker:
    """Invokes functions and waits for what they return.

    Args:
        client: of Lambda; it must not try again by itself, since an invocation whose answer is late
            would be counted twice, and must wait as long as a function may run.
        patience: with throttling.
    """

    def __init__(self, client: LambdaClient, patience: Patience = Patience()) -> None:
        self._client = client
        self._patience = patience

    def call(self, function: str, version: str, payload: bytes) -> tuple[bytes, str]:
        """Invoke a version of a function; return what it returned and the end of its log.

        Raises:
            PowerValueFailed: it failed, was throttled all the time or did not answer.
            TuningError: it cannot be invoked at all.
        """
        answer = self._patiently(function, version, payload)
        body = answer["Payload"].read()
        if "FunctionError" in answer:
            raise PowerValueFailed(_described(function, body))
        log = base64.b64decode(answer.get("LogResult", "")).decode("utf-8", "replace")
        return body, log

    def _patiently(self, function: str, version: str, payload: bytes) -> Any:
        pause_s = self._patience.first_s
        for attempt in range(1, self._patience.tries + 1):
            try:
                return self._client.invoke(
                    FunctionName=function, Qualifier=version, Payload=payload, LogType="Tail"
                )
            except ClientError as error:
                if error.response["Error"]["Code"] not in _THROTTLED:
                    raise TuningError(f"{function} cannot be invoked: {error}") from error
                if attempt == self._patience.tries:
                    raise PowerValueFailed(
                        f"throttled {attempt} times in a row: the function's reserved or the "
                        "account's concurrency is used up"
                    ) from error
            except BotoCoreError as error:
                raise PowerValueFailed(f"no answer: {error}") from error
            time.sleep(pause_s)
            pause_s *= 2
        raise AssertionError("unreachable: the last try returns or raises")


def _described(function: str, body: bytes) -> str:
    """Say how a function failed, by its own account; the payload is never part of it."""
    name = function.rpartition(":")[2]
    try:
        document = json.loads(body)
        kind, message = document.get("errorType", "error"), document.get("errorMessage", "")
    except (ValueError, AttributeError):
        return f"{name} failed and does not say how"
    return f"{name} failed: {kind}: {message}"[:_ERROR_CHARACTERS]
