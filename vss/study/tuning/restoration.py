"""Puts a function back as it was, whatever happened since: also after the process was killed.

What is to be restored is written to a file before anything is changed. Whatever tuning sets bears
its mark at the head of the description, so that a version published in the very moment of a crash
is found as well, and nothing that somebody else changed meanwhile is overwritten.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from botocore.exceptions import BotoCoreError, ClientError
from deep_learning.errors import ConfigurationError

from vss.study.tuning.tuned_function import TuningError

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient
    from types_boto3_lambda.type_defs import WaiterConfigTypeDef

_WAITER: WaiterConfigTypeDef = {"Delay": 1, "MaxAttempts": 300}


@dataclass(frozen=True, slots=True)
class Restoration:
    """What a function is to be again.

    Attributes:
        function: its ARN.
        memory_mb: that it shall have.
        description: likewise.
        mark: at the head of the description of all that tuning makes.
    """

    function: str
    memory_mb: int
    description: str
    mark: str

    @classmethod
    def of(cls, function: str, memory_mb: int, description: str) -> Self:
        """Return one with a mark of its own."""
        return cls(function, memory_mb, description, f"vss tune {secrets.token_hex(4)} ")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what was written.

        Raises:
            ConfigurationError: the file is none of ours.
        """
        try:
            return cls(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise ConfigurationError(f"{path} cannot be read: {error}") from error

    def write(self, path: Path) -> None:
        """Keep it where a crash leaves it, whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)


def restore(client: LambdaClient, wanted: Restoration) -> None:
    """Put the configuration back and delete the versions that tuning published.

    Done twice it does no harm. A function that does not exist any more needs nothing.

    Raises:
        TuningError: it did not work out; what is left is named.
    """
    try:
        if _exists(client, wanted.function):
            _restore(client, wanted)
    except (ClientError, BotoCoreError) as error:
        raise TuningError(f"{wanted.function} is not restored yet: {error}") from error


def _exists(client: LambdaClient, function: str) -> bool:
    try:
        client.get_function_configuration(FunctionName=function)
    except client.exceptions.ResourceNotFoundException:
        return False
    return True


def _restore(client: LambdaClient, wanted: Restoration) -> None:
    wait_until_updated(client, wanted.function)
    current = client.get_function_configuration(FunctionName=wanted.function)
    # Without the mark somebody else has configured the function since: theirs stays.
    if current.get("Description", "").startswith(wanted.mark):
        client.update_function_configuration(
            FunctionName=wanted.function,
            MemorySize=wanted.memory_mb,
            Description=wanted.description,
        )
        wait_until_updated(client, wanted.function)
    for version in _marked_versions(client, wanted):
        client.delete_function(FunctionName=wanted.function, Qualifier=version)


def wait_until_updated(client: LambdaClient, function: str) -> None:
    """Wait until a change of the configuration has taken effect: further ones are refused."""
    client.get_waiter("function_updated_v2").wait(FunctionName=function, WaiterConfig=_WAITER)


def wait_until_active(client: LambdaClient, function: str, version: str) -> None:
    """Wait until a published version can be invoked."""
    client.get_waiter("published_version_active").wait(
        FunctionName=function, Qualifier=version, WaiterConfig=_WAITER
    )


def _marked_versions(client: LambdaClient, wanted: Restoration) -> list[str]:
    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=wanted.function)
    return [
        version["Version"]
        for page in pages
        for version in page["Versions"]
        if version["Version"] != "$LATEST"
        and version.get("Description", "").startswith(wanted.mark)
    ]
