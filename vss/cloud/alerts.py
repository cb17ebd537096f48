"""`vss alerts`: the alert objects of a deployment as a table, and those that come."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError
from business_logic.alerts import ALERT_FORMAT, AlertKind
from business_logic.record import Json
from deep_learning.errors import ConfigurationError
from rich.console import Console
from rich.table import Table

from vss.cloud.deployment import Deployment, DeploymentError

_PREFIX = "alerts/"
_READS_AT_ONCE = 8
_POLL_S = 0.5
_POLL_AWS_S = 5.0  # S3 charges for each listing
# The name of an alert tells its frame's time, and a frame may wait in the queue for days.
_LATENESS = timedelta(days=4)
_KIND_STYLE = {
    AlertKind.CAMERA_COVERED: "bold red",
    AlertKind.UNKNOWN_PERSON: "dark_orange",
    AlertKind.KNOWN_PERSON: "green",
    AlertKind.CAMERA_SILENT: "bold yellow",
}


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts are meant.

    Attributes:
        kinds: those of these kinds.
        camera_id: of this camera, all where None.
        since: raised then or later.
    """

    kinds: tuple[AlertKind, ...]
    camera_id: str | None
    since: datetime


def chosen_kinds(kind: str | None) -> tuple[AlertKind, ...]:
    """Return the kind that is named, all where none is.

    Raises:
        ConfigurationError: there is no such kind.
    """
    if kind is None:
        return tuple(AlertKind)
    if kind not in set(AlertKind):
        raise ConfigurationError(f"kind of alert {kind!r}: allowed are {', '.join(AlertKind)}")
    return (AlertKind(kind),)


class AlertReader:
    """Reads each alert of a deployment once, in the order in which they were raised."""

    def __init__(self, deployment: Deployment, wanted: AlertFilter) -> None:
        self._deployment = deployment
        self._bucket = deployment.output("ResultsBucket")
        self._wanted = wanted
        self._seen: set[str] = set()
        self.poll_s = _POLL_S if deployment.is_local else _POLL_AWS_S

    def read_new(self) -> list[Json]:
        """Return the alerts that were not returned before.

        Raises:
            DeploymentError: the results bucket cannot be read, or an alert is none.
        """
        try:
            raised = {key: time for kind in self._wanted.kinds for key, time in self._raised(kind)}
            new = sorted(raised.keys() - self._seen, key=lambda key: (raised[key], key))
            with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
                alerts = list(pool.map(self._read, new))
        except (ClientError, BotoCoreError) as error:
            raise DeploymentError(f"bucket {self._bucket} cannot be read: {error}") from error
        self._seen.update(new)
        return alerts

    def _raised(self, kind: AlertKind) -> Iterator[tuple[str, datetime]]:
        """Yield key and time of the alerts of a kind that were written since."""
        for prefix in self._cameras(f"{_PREFIX}{kind}/"):
            for item in self._listed(prefix, self._first(kind, prefix)):
                if item[1] >= self._wanted.since:
                    yield item

    def _first(self, kind: AlertKind, prefix: str) -> str:
        # A silence is named after the camera's last frame, however long ago that was.
        if kind is AlertKind.CAMERA_SILENT:
            return prefix
        return f"{prefix}{self._wanted.since - _LATENESS:%Y/%m/%d/}"

    def _cameras(self, kind_prefix: str) -> Iterator[str]:
        if self._wanted.camera_id is not None:
            yield f"{kind_prefix}{self._wanted.camera_id}/"
            return
        pages = self._deployment.s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=kind_prefix, Delimiter="/"):
            yield from (item["Prefix"] for item in page.get("CommonPrefixes", []))

    def _listed(self, prefix: str, after: str) -> Iterator[tuple[str, datetime]]:
        pages = self._deployment.s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=prefix, StartAfter=after):
            yield from ((item["Key"], item["LastModified"]) for item in page.get("Contents", []))

    def _read(self, key: str) -> Json:
        body = self._deployment.s3.get_object(Bucket=self._bucket, Key=key)["Body"]
        alert: Json = json.loads(body.read())
        if alert.get("format") != ALERT_FORMAT:
            raise DeploymentError(f"{key} in bucket {self._bucket} is no {ALERT_FORMAT}")
        return alert


def show_alerts(deployment: Deployment, wanted: AlertFilter, following: bool) -> None:
    """Print the alerts, and where ``following`` go on printing them as they come, for ever."""
    console, reader = Console(), AlertReader(deployment, wanted)
    console.print(alert_table(reader.read_new()))
    while following:
        time.sleep(reader.poll_s)
        if new := reader.read_new():
            console.print(alert_table(new, with_header=False))


def alert_table(alerts: list[Json], *, with_header: bool = True) -> Table:
    """Return a table with one row an alert; without its header it continues another one."""
    table = Table(
        title=f"{len(alerts)} alerts, each to be judged by a person" if with_header else None,
        box=None,
        show_header=with_header,
    )
    table.add_column("time (UTC)", width=19)
    table.add_column("kind", width=max(map(len, AlertKind)))
    table.add_column("camera", min_width=12, overflow="fold")
    table.add_column("record", overflow="fold")
    for alert in alerts:
        kind, record = AlertKind(alert["kind"]), alert["record"]
        table.add_row(
            f"{datetime.fromisoformat(alert['event_time']).astimezone(UTC):%Y-%m-%d %H:%M:%S}",
            f"[{_KIND_STYLE[kind]}]{kind}",
            alert["camera_id"],
            "none so far" if record is None else record["key"],
        )
    return table
