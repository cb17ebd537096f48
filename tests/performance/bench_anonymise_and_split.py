"""`make bench-anonymisation`: how long a video of 1920 x 1080 takes on one core.

The video is made here: 186 s at 25 frames/s of rendered scenes, as a camera codes them (a key frame
every two seconds) and, 60 s of it, as files from elsewhere often are (every ten, frames out of
order). The paper takes 65 s for 60 s of video. All runs on one core; the parts are seconds of
its time, which other work does not change much. Medians of the rounds.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from high_level_algorithms.types import Image
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.performance.anonymity_scenes import HEIGHT, WIDTH, masked_frames
from tests.real_masks import pulled
from tests.shared_material import SHARED
from vss.continuum.anonymise.anonymiser import Anonymiser, head_search
from vss.continuum.anonymise.obscuring import DEFAULT_CELLS
from vss.continuum.anonymise.report import Method
from vss.continuum.anonymise.search import Found, HeadSearch
from vss.continuum.anonymise.split import anonymise_and_split
from vss.continuum.anonymise.video import Video
from vss.paths import MANIFEST, REPOSITORY

SECONDS, RATE, SCENES = 186, 25, 12
MASKS = {"demo": "demo-masks", "omz": "masks"}
OUT = REPOSITORY / "build" / "anonymisation"


class TimedSearch:
    """A search that adds up the CPU it takes."""

    def __init__(self, search: HeadSearch) -> None:
        self._search = search
        self.seconds = 0.0

    def search(self, image: Image) -> Found:
        started = time.process_time()
        try:
            return self._search.search(image)
        finally:
            self.seconds += time.process_time() - started


def main() -> int:
    """Make the videos, measure, print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="of each measurement")
    rounds = parser.parse_args().rounds
    # As a container with one CPU: what follows, and the programs it starts, runs on this one.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    OUT.mkdir(parents=True, exist_ok=True)
    whole, minute, late = (OUT / name for name in ("186s.mp4", "60s.mp4", "60s_late_keys.mp4"))
    make_videos(whole, minute, late)
    table = Table(title="Anonymise and split, 1920 x 1080 at 25 frames/s, one core, seconds")
    columns = ("video", "networks", "images", "withheld", "decoding", "detection")
    for column in (*columns, "drawing, writing", "in all", "whole process", "its CPU"):
        table.add_column(column, justify="left" if column in ("video", "networks") else "right")
    with tempfile.TemporaryDirectory() as folder:
        sets = {"demo": MANIFEST}
        if SHARED.is_dir():
            sets["omz"] = pulled(Path(folder))
        for name, manifest in sets.items():
            for video in (minute, late, whole):
                table.add_row(*row(video, name, manifest, rounds))
    Console(width=150).print(table)
    return 0


def row(video: Path, model_set: str, manifest: Path, count: int) -> Sequence[str]:
    """Measure a video: the parts within a warm process, and a process of its own."""
    search = head_search(manifest, model_set, MASKS[model_set], 1)
    rounds: list[tuple[float, ...]] = []
    report: dict[str, Any] = {}
    for _ in range(count):
        with tempfile.TemporaryDirectory() as folder:
            parts, report = warm(video, model_set, search, Path(folder))
            rounds.append((*parts, *apart(video, model_set, manifest, Path(folder))))
    figures = [f"{statistics.median(one):.2f}" for one in zip(*rounds, strict=True)]
    withheld = sum(report["withheld"].values())
    return (video.stem, model_set, str(report["images"]), str(withheld), *figures)


def warm(
    video: Path, model_set: str, search: HeadSearch, folder: Path
) -> tuple[tuple[float, ...], dict[str, Any]]:
    """Return the seconds of CPU of decoding, detection, the rest and all; and the report."""
    started = time.process_time()
    for _ in Video(video, 5.0).frames():
        pass
    decoding = time.process_time() - started
    timed = TimedSearch(search)
    started = time.process_time()
    method = Method(5.0, DEFAULT_CELLS, model_set, MASKS[model_set])
    report = anonymise_and_split(video, folder, Anonymiser(timed), method)
    seconds = time.process_time() - started
    return (decoding, timed.seconds, seconds - decoding - timed.seconds, seconds), report


def apart(video: Path, model_set: str, manifest: Path, folder: Path) -> tuple[float, float]:
    """Return the seconds and the seconds of CPU of a process that starts with nothing loaded."""
    command = [sys.executable, "-m", "vss.continuum.anonymise", str(video), str(folder)]
    options = ["--model-set", model_set, "--manifest", str(manifest)]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*command, *options], check=True, cwd=REPOSITORY, capture_output=True)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def make_videos(whole: Path, minute: Path, late: Path) -> None:
    """Make what is not there yet."""
    if not whole.exists():
        _encode(whole, SECONDS, group=2 * RATE, between=0)
    if not minute.exists():
        _copy(whole, minute, 60.0)
    if not late.exists():
        _encode(late, 60, group=10 * RATE, between=3)


def _encode(path: Path, seconds: int, group: int, between: int) -> None:
    part = path.with_suffix(".part.mp4")
    with av.open(str(part), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.gop_size, stream.bit_rate = group, 4_000_000
        stream.codec_context.max_b_frames = between
        stream.options = {"preset": "veryfast", "sc_threshold": "0", "bf": str(between)}
        count = seconds * RATE
        for image in track(_moving(count), path.name, count, console=Console(stderr=True)):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode())
    part.replace(path)


def _moving(count: int) -> Iterator[Image]:
    """Yield scenes of five seconds each, the camera panning, with the noise of a sensor."""
    scenes = [frame.image for frame in masked_frames(2, SCENES)]
    rng = np.random.default_rng(1)
    grains = [rng.integers(0, 7, (HEIGHT, WIDTH, 3), dtype=np.uint8) for _ in range(4)]
    for number in range(count):
        within = number % (5 * RATE)
        shift = round(within * 0.5)
        scene = scenes[number // (5 * RATE) % SCENES]
        moved = np.roll(scene, -shift, axis=1)
        yield cv2.add(moved, grains[number % len(grains)])


def _copy(source: Path, target: Path, seconds: float) -> None:
    """Copy the first seconds without coding them again."""
    with av.open(str(source)) as read, av.open(str(target), "w") as write:
        stream = read.streams.video[0]
        copied = write.add_stream_from_template(stream)
        for packet in read.demux(stream):
            if packet.dts is None or packet.pts * packet.time_base >= seconds:
                continue
            packet.stream = copied
            write.mux(packet)


if __name__ == "__main__":
    sys.exit(main())
