"""Anonymise and split: a video in, one anonymised image of each few seconds and a report out.

Images are written whole or not at all, under their final names only; the report comes last. Equal
videos give equal files, so a run that was interrupted is simply run again.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vss.continuum.anonymise.anonymiser import Anonymiser
from vss.continuum.anonymise.errors import Reason, VideoError
from vss.continuum.anonymise.report import FrameOutcome, Method, build_report, image_name
from vss.continuum.anonymise.video import SampledFrame, Video

REPORT_NAME = "report.json"

Watch = Callable[[int, int], None]
"""Is told how many frames are done, and of how many."""


def anonymise_and_split(
    video_path: Path,
    output: Path,
    anonymiser: Anonymiser,
    method: Method,
    watch: Watch = lambda done, total: None,
) -> dict[str, Any]:
    """Write ``<stem>/img<number>.jpg`` and ``<stem>/report.json`` below ``output``.

    Args:
        video_path: the video; its stem names the folder.
        output: is made where it is absent.
        anonymiser: is asked for every frame.
        method: what the anonymiser was loaded with, and how often a frame is taken.
        watch: is told of each frame.

    Returns:
        The report.

    Raises:
        VideoError: the video as a whole cannot be sampled; nothing is written.
        ConfigurationError: the interval is out of range.
        OSError: something cannot be written; what lies there is anonymised.
    """
    if video_path.stem in (".", ".."):
        raise VideoError(f"the video is named {video_path.name!r}; its stem cannot name a folder")
    video = Video(video_path, method.interval_s)
    folder = output / video_path.stem
    folder.mkdir(parents=True, exist_ok=True)
    outcomes = []
    for frame in video.frames():
        outcomes.append(_handled(frame, folder, anonymiser))
        watch(len(outcomes), len(video.samples))
    ordered = tuple(sorted(outcomes, key=lambda outcome: outcome.number))
    report = build_report(method, ordered, video.damage)
    _write(folder / REPORT_NAME, (json.dumps(report, indent=1) + "\n").encode())
    return report


def _handled(frame: SampledFrame, folder: Path, anonymiser: Anonymiser) -> FrameOutcome:
    sample = frame.sample
    result: bytes | Reason = frame.problem or Reason.NOT_DECODED
    if frame.image is not None:
        result = anonymiser.anonymised(frame.image)
    if isinstance(result, Reason):
        # What an earlier run with other settings left must not go out in its place.
        (folder / image_name(sample.number)).unlink(missing_ok=True)
        return FrameOutcome(sample.number, sample.time_s, result)
    _write(folder / image_name(sample.number), result)
    return FrameOutcome(sample.number, sample.time_s, None)


def _write(path: Path, content: bytes) -> None:
    """Write a file that is there under its name as a whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
