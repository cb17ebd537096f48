"""What the commands for a deployment show."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from business_logic.frame_keys import camera_id
from business_logic.record import Json
from deep_learning.errors import ConfigurationError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from vss.cloud.deployment import Deployment, DeploymentError
from vss.cloud.put import image_paths, put_images
from vss.cloud.records import RecordReader, await_records, follow
from vss.cloud.redrive import QUEUE_PAIRS, QueuePair, dead_letters, redrive
from vss.cloud.trace import Trace, read_traces, recent_trace_ids
from vss.cloud.workflow_queues import with_workflows
from vss.view.record_table import record_table
from vss.view.waterfall import draw_waterfall, waterfall_table

_TRACES_SHOWN = 25


def put_and_wait(
    deployment: Deployment, images: Sequence[Path], camera: str, limit_s: float
) -> int:
    """Upload images; where ``limit_s`` > 0 wait for their records. Return the exit status."""
    console, messages = Console(), Console(stderr=True)
    if camera_id(f"incoming/{camera}/x") != camera:
        raise ConfigurationError(
            f"camera id {camera!r}: allowed are letters, digits and _ . - (not first), up to 64"
        )
    paths = list(image_paths(images))
    reader = RecordReader.of_new(deployment, camera)
    with Progress(console=messages, transient=True) as progress:
        task = progress.add_task("Dropping", total=len(paths))
        dropped = put_images(deployment, paths, camera, lambda _: progress.advance(task))
        found = {}
        if limit_s > 0:
            task = progress.add_task("Awaiting records", total=len(dropped))
            found = await_records(
                reader, [item.frame for item in dropped], limit_s, lambda _: progress.advance(task)
            )
    if limit_s <= 0:
        for item in dropped:
            console.print(Text(f"{item.path} -> {item.key}"), soft_wrap=True)
        return 0
    console.print(record_table([found[item.frame] for item in dropped if item.frame in found]))
    missing = len(dropped) - len(found)
    if missing:
        messages.print(
            f"{missing} of {len(dropped)} records have not come within {limit_s:g} s; "
            f"dead letters: {dead_letters(deployment)}",
            style="yellow",
        )
    return 1 if missing else 0


def show_records(
    deployment: Deployment, camera: str | None, since: datetime, following: bool, as_json: bool
) -> None:
    """Print the records since a point in time, and go on printing where ``following``."""
    reader = RecordReader(deployment, camera, since)
    records = reader.read_new()
    records.sort(key=lambda record: str(record["frame"]["key"]))
    if as_json:
        for record in records:
            _write_line(record)
    else:
        Console().print(record_table(records))
    if following:
        for record in follow(reader):
            _write_line(record) if as_json else Console().print(record_table([record]))


def _write_line(record: Json) -> None:
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()


def list_traces(deployment: Deployment, minutes: float) -> None:
    """Print the latest traces, newest first."""
    ids = recent_trace_ids(deployment, minutes)
    table = Table(title=f"{min(len(ids), _TRACES_SHOWN)} of {len(ids)} traces", box=None)
    for name in ("trace", "start (UTC)", "ms", "cameras", "status"):
        table.add_column(
            name, no_wrap=name != "cameras", justify="right" if name == "ms" else "left"
        )
    for trace in read_traces(deployment, ids[:_TRACES_SHOWN]):
        table.add_row(
            trace.trace_id,
            f"{trace.start:%H:%M:%S}",
            f"{trace.duration_s * 1000:,.0f}",
            Text(" ".join(trace.annotated("camera_id"))),
            _outcome(trace),
        )
    Console().print(table)


def _outcome(trace: Trace) -> Text:
    if trace.failed:
        return Text("failed", "red")
    return Text(" ".join(trace.annotated("status")))


def show_trace(deployment: Deployment, trace_id: str, picture: Path | None) -> None:
    """Print one trace as a waterfall, and draw it where ``picture`` says where to.

    Raises:
        DeploymentError: X-Ray has no such trace.
        ConfigurationError: the picture's format is none that can be drawn.
    """
    if picture is not None and picture.suffix not in (".png", ".svg", ".pdf"):
        raise ConfigurationError(f"{picture}: allowed are .png, .svg and .pdf")
    traces = read_traces(deployment, [trace_id])
    if not traces:
        raise DeploymentError(f"there is no trace {trace_id!r}; `vss traces` lists the latest")
    console = Console()
    console.print(waterfall_table(traces[0], console.width))
    if picture is not None:
        draw_waterfall(traces[0], picture)


def redrive_all(deployment: Deployment) -> None:
    """Move the dead letters of every queue back, of workflows too, with a bar for each."""
    _redrive_each(deployment, QUEUE_PAIRS)
    # Not everybody may list stacks: those of the stage come first.
    _redrive_each(*with_workflows(deployment))


def _redrive_each(deployment: Deployment, pairs: Sequence[QueuePair]) -> None:
    for pair in pairs:
        count = _redrive(deployment, pair)
        Console().print(f"{count} messages moved back to the {pair.name} queue")


def _redrive(deployment: Deployment, pair: QueuePair) -> int:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"Moving dead letters of the {pair.name} queue", total=None)
        return redrive(
            deployment,
            lambda moved, total: progress.update(task, completed=moved, total=max(total, moved, 1)),
            pair,
        )
