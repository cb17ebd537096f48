"""`make bench-masks`: mask detection of an image, warm, by memory: time, cost, and accuracy.

Decode, look, draw, encode, without Amazon S3, in a control group with the CPU share and the memory
that Lambda gives. Paper B, section 5: 2,123 ms and 0.00003545 USD an image of 1920 x 1080 at
1,024 MB, warm.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import cv2
from deep_learning.catalogue import Catalogue, Role
from deep_learning.decode import decode_image
from deep_learning.runtime import Runtime
from high_level_algorithms.mask_detection import MaskDetector, draw_faces
from high_level_algorithms.mask_rule import judge
from rich.console import Console
from rich.table import Table

from tests.performance.anonymity_scenes import masked_frames
from tests.performance.mask_photographs import photographs, share_right
from tests.real_masks import pulled
from tests.shared_material import SHARED
from vss.continuum.anonymise.anonymiser import encode_jpeg
from vss.continuum.anonymise.look import PoseLooker
from vss.continuum.anonymise.search import HeadSearch
from vss.local.data_plane.cgroup import ControlGroup, Limits
from vss.paths import MANIFEST, REPOSITORY
from vss.study.cost_model import price

MEMORIES_MB = (512, 1024, 1769)
FRAMES, ROUNDS, WARM_UP = 6, 60, 6
PAPER_MS, PAPER_USD = 2123, 0.00003545


def main() -> int:
    """Measure all memories and sets, print the tables."""
    if len(sys.argv) > 1:
        return inside(*sys.argv[1:])
    table = Table(title="Mask detection, one frame of 1920 x 1080, warm, S3 excluded")
    for column in ("networks", "MB", "ms, median", "p95", "USD an image, paper's rule"):
        table.add_column(column, justify="left" if column == "networks" else "right")
    table.add_column("USD, today", justify="right")
    with tempfile.TemporaryDirectory() as folder:
        images = Path(folder) / "images"
        images.mkdir()
        for number, frame in enumerate(masked_frames(3, FRAMES)):
            (images / f"{number}.jpg").write_bytes(encode_jpeg(frame.image))
        sets = {"demo-masks": MANIFEST}
        if SHARED.is_dir():
            sets["masks"] = pulled(Path(folder))
        for name, manifest in sets.items():
            for memory in MEMORIES_MB:
                table.add_row(*row(name, manifest, memory, images))
        table.add_row("the paper", "1024", f"{PAPER_MS}", "", f"{PAPER_USD:.8f}", "")
        console = Console(width=120)
        console.print(table)
        if SHARED.is_dir():
            console.print(accuracy(sets["masks"]))
    return 0


def row(model_set: str, manifest: Path, memory_mb: int, images: Path) -> tuple[str, ...]:
    """Measure in a control group of the memory's share."""
    group = ControlGroup.create(f"{os.getpid()}-masks", Limits(memory_mb))
    try:
        command = [sys.executable, "-m", "tests.performance.bench_masks"]
        arguments = [str(manifest), model_set, str(images)]
        done = subprocess.run(
            [*group.entry(), *command, *arguments],
            check=True,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
        )
    finally:
        group.remove()
    times = json.loads(done.stdout)
    median = statistics.median(times)
    return (
        model_set,
        f"{memory_mb:,}",
        f"{median:.0f}",
        f"{statistics.quantiles(times, n=20)[-1]:.0f}",
        f"{price(median, memory_mb, mode='paper-b'):.8f}",
        f"{price(median, memory_mb, mode='current'):.8f}",
    )


def inside(manifest: str, model_set: str, images: str) -> int:
    """Time the images one after the other; print milliseconds as JSON."""
    cv2.setNumThreads(1)
    network = Runtime(1).load(Catalogue.read(Path(manifest), model_set), Role.MASK_DETECTION)
    detector = MaskDetector(network, network.entry.threshold("face"))
    contents = [path.read_bytes() for path in sorted(Path(images).iterdir())]
    times = []
    for number in range(WARM_UP + ROUNDS):
        started = perf_counter()
        image = decode_image(contents[number % len(contents)])
        faces = detector.find(image)
        judge(faces)
        encode_jpeg(draw_faces(image, faces))
        times.append((perf_counter() - started) * 1000)
    sys.stdout.write(json.dumps(times[WARM_UP:]))
    return 0


def accuracy(manifest: Path) -> Table:
    """Return who is told right on the photographs, by network."""
    table = Table(title="Photographs with and without masks: largest face found and told right")
    table.add_column("network")
    table.add_column("right", justify="right")
    runtime = Runtime(1)
    looker = PoseLooker(runtime.load(Catalogue.read(manifest, "omz"), Role.BODY_POSE))
    shown = list(photographs(HeadSearch(looker, None)))
    for model_set in ("masks", "demo-masks"):
        network = runtime.load(Catalogue.read(manifest, model_set), Role.MASK_DETECTION)
        detector = MaskDetector(network, network.entry.threshold("face"))
        share = share_right(shown, detector, None)
        table.add_row(network.entry.name, f"{share * len(shown):.0f} of {len(shown)}")
    return table


if __name__ == "__main__":
    sys.exit(main())
