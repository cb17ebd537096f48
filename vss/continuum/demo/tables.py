"""The demo's tables: what became of each frame, and what each stage took."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from vss.continuum.demo.passage import FrameResult, Passage
from vss.continuum.demo.scenes import Moment

STATE_STYLES = {"safe": "green", "warning": "dark_orange", "danger": "bold red"}

_SUMS = "Of the mask function: summed over the images, of which several are handled at a time."

Row = tuple[str, str, int, float]
"""Stage, where it ran, images, seconds."""


def frames_table(passages: Sequence[Passage]) -> Table:
    """Return a table with one row a frame of each video."""
    truths = [moment for passage in passages for _, moment in _rendered(passage)]
    table = Table(title="Who wears a mask", caption=_agreement(passages) if truths else None)
    if several := len(passages) > 1:
        table.add_column("video", overflow="fold")
    for name in ("time", "image", "with", "without"):
        table.add_column(name, justify="right")
    table.add_column("state")
    table.add_column("withheld")
    if truths:
        table.add_column("rendered", no_wrap=True)
    for passage in passages:
        for frame in passage.frames:
            moment = passage.recording.moment(frame.time_s)
            truth = [str(moment or "")] if truths else []
            video = [passage.recording.path.stem] if several else []
            table.add_row(*video, *_cells(frame), *truth)
    return table


def _rendered(passage: Passage) -> Iterator[tuple[FrameResult, Moment]]:
    """Yield the frames of which it is known who is in them."""
    for frame in passage.frames:
        moment = passage.recording.moment(frame.time_s)
        if moment is not None:
            yield frame, moment


def _agreement(passages: Sequence[Passage]) -> str:
    pairs = [pair for passage in passages for pair in _rendered(passage)]
    right = sum(state_of(frame) == moment.state for frame, moment in pairs)
    return f"{right} of {len(pairs)} rendered frames have the state of the people who are in them."


def _cells(frame: FrameResult) -> Iterator[str | Text]:
    report = frame.report
    yield time_stamp(frame.time_s)
    yield str(frame.number)
    yield "" if report is None or report["masked"] is None else str(report["masked"])
    yield "" if report is None or report["unmasked"] is None else str(report["unmasked"])
    state = state_of(frame)
    yield Text(state.replace("_", " "), STATE_STYLES.get(state, "dim"))
    yield Text((frame.withheld or "").replace("_", " "), "yellow")


def state_of(frame: FrameResult) -> str:
    """Return the state of a frame, the reason of one that was rejected, or nothing."""
    if frame.report is None:
        return ""
    return str(frame.report["state"] or frame.report["reason"])


def time_stamp(time_s: float) -> str:
    """Return minutes and seconds: 1:02.5."""
    minutes, seconds = divmod(time_s, 60)
    return f"{int(minutes)}:{seconds:04.1f}"


def timing_table(passages: Sequence[Passage]) -> Table:
    """Return a table of the stages of each video."""
    table = Table(title="What it took on this machine", caption=_SUMS)
    if several := len(passages) > 1:
        table.add_column("video", overflow="fold")
    table.add_column("stage", overflow="fold")
    table.add_column("where", overflow="fold")
    for name in ("images", "s", "s/image"):
        table.add_column(name, justify="right")
    for passage in passages:
        for stage, where, images, seconds in timing_rows(passage):
            each = f"{seconds / images:.3f}" if images else ""
            video = [passage.recording.path.stem] if several else []
            table.add_row(*video, stage, where, str(images), f"{seconds:.2f}", each)
        table.add_section()
    return table


def timing_rows(passage: Passage) -> Iterator[Row]:
    """Yield the stages of a video in their order; those in Lambda overlap with the sending."""
    job, frames = passage.job, passage.frames
    reports = [frame.report for frame in frames if frame.report is not None]
    produced_at, ended_at = job.produced_at or 0.0, job.ended_at or 0.0
    yield "fetch, sample, obscure", "edge runner", len(frames), job.run_s or 0.0
    yield "send", "edge to both stores", len(reports), ended_at - produced_at
    names = list(dict.fromkeys(name for report in reports for name in report["timings_ms"]))
    for name in names:
        spent_ms = sum(report["timings_ms"].get(name, 0.0) for report in reports)
        yield name.replace("_", " "), "mask function", len(reports), spent_ms / 1000
    yield "first sent to last result", "cloud, with cold start", len(reports), passage.cloud_s
    total_s = produced_at - job.queued_at + passage.cloud_s
    yield "all", "video found to last result", len(frames), total_s
