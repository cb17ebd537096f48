"""What a workflow's functions in AWS have logged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from vss.cloud.deployment import DeploymentError

if TYPE_CHECKING:
    import boto3


def lines_here(folder: Path, function: str, most: int) -> list[str]:
    """Return the last lines that a function logged on this machine.

    Args:
        folder: of the local AWS.
        function: its name in AWS.
        most: how many at most.
    """
    path = folder / "logs" / f"{function}.log"
    if not path.is_file():
        return []
    return path.read_text("utf-8", "replace").splitlines()[-most:]


def lines_in_aws(session: boto3.Session, function: str, since_ms: int) -> Iterator[str]:
    """Yield the lines that a function logged in AWS, in their order.

    Args:
        session: with credentials and region.
        function: its name in AWS.
        since_ms: milliseconds since 1970.

    Raises:
        DeploymentError: the log cannot be read.
    """
    pages = session.client("logs").get_paginator("filter_log_events")
    group = f"/aws/lambda/{function}"
    try:
        for page in pages.paginate(logGroupName=group, startTime=since_ms):
            yield from (event["message"].rstrip() for event in page["events"])
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"log group {group} cannot be read: {error}") from error
