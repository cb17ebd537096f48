"""Access to Amazon S3: the client, and how its failures are met.

botocore's own retries are off. They do not cover the reading of a body, and two mechanisms on top
of each other multiply: one policy here tries a whole call again, its body included.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import SystemRandom
from typing import TYPE_CHECKING, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
)
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.handlers import add_expect_header
from deep_learning.errors import TransientError
from urllib3.exceptions import HTTPError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CONNECT_TIMEOUT_S = 1.0
READ_TIMEOUT_S = 3.0
_PASSING_STATUS = 500
_PASSING_CODES = {
    "ConditionalRequestConflict",
    "OperationAborted",
    "RequestTimeout",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "KMS.ThrottlingException",
}
_MOST_MESSAGE_CHARACTERS = 300
_PASSING_ERRORS = (
    NoConnectionError,
    HTTPClientError,
    IncompleteReadError,
    FlexibleChecksumError,
    HTTPError,
)

Result = TypeVar("Result")


def s3_client() -> S3Client:
    """Return a client with connections and credentials of its own."""
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        retries={"total_max_attempts": 1, "mode": "standard"},
    )
    client = boto3.session.Session().client("s3", config=config)
    # botocore asks leave ("Expect: 100-continue") before each body, a second way to S3 and back;
    # ours are a few kilobytes.
    client.meta.events.unregister("before-call.s3", add_expect_header)
    return client


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call is tried, and how long to wait in between.

    Attributes:
        attempts: tries in all.
        first_pause_s: longest pause before the second try; doubles with each further one.
        jitter: share of the longest pause to wait, 0..1, so that environments that failed
            together do not come back together. From the system's entropy: a seeded generator
            would give all environments restored from one snapshot the same pauses.
        sleep: waits seconds.
    """

    attempts: int = 3
    first_pause_s: float = 0.2
    jitter: Callable[[], float] = SystemRandom().random
    sleep: Callable[[float], None] = time.sleep

    def pause(self) -> None:
        """Wait as long as before a second try."""
        self.sleep(self.jitter() * self.first_pause_s)

    def call(self, action: str, attempt: Callable[[], Result]) -> Result:
        """Return the result of ``attempt``, which is tried again where its failure may pass.

        Args:
            action: what is done, for the message.
            attempt: the call.

        Raises:
            TransientError: the call was refused, or failed each time.
        """
        for number in range(1, self.attempts):
            try:
                return attempt()
            except (BotoCoreError, ClientError, HTTPError) as error:
                if not _may_pass(error):
                    raise TransientError(f"{action}: {describe(error)}") from error
            self.sleep(self.jitter() * self.first_pause_s * 2 ** (number - 1))
        try:
            return attempt()
        except (BotoCoreError, ClientError, HTTPError) as error:
            tries = f"{self.attempts} tries, last: " if _may_pass(error) else ""
            raise TransientError(f"{action}: {tries}{describe(error)}") from error


def error_code(error: ClientError) -> str:
    """Return the code of an answer that is an error; its HTTP status where it has no code."""
    return str(error.response.get("Error", {}).get("Code", _status(error)))


def kind_of(error: Exception) -> str:
    """Tell what kind of error it is and, of a refused call, its code; nothing of the texts."""
    cause = error.__cause__
    code = f" {error_code(cause)}" if isinstance(cause, ClientError) else ""
    return f"{type(error).__name__}{code}"


def was_refused(error: TransientError) -> bool:
    """Tell whether a call failed for a reason that trying again does not mend."""
    cause = error.__cause__
    return isinstance(cause, (BotoCoreError, ClientError)) and not _may_pass(cause)


def describe(error: Exception) -> str:
    """Describe an error in one line."""
    if isinstance(error, ClientError):
        message = str(error.response.get("Error", {}).get("Message", ""))
        text = f"{error.operation_name} gave {_status(error)} {error_code(error)}: {message}"
    else:
        text = f"{type(error).__name__}: {error}"
    return " ".join(text[:_MOST_MESSAGE_CHARACTERS].split())


def _may_pass(error: Exception) -> bool:
    if isinstance(error, ClientError):
        return _status(error) >= _PASSING_STATUS or error_code(error) in _PASSING_CODES
    return isinstance(error, _PASSING_ERRORS)


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
