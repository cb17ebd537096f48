"""`make bench`: images per second of the local deployment against those of the bare pipeline.

Both with the same number of workers at the same CPU share, on the same frames, in one run. The
deployment pays for S3, the queue, records, alerts, traces, permissions and, on the same cores, for
the emulation of AWS itself.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.performance.full_hd import full_hd_jpeg
from tests.shared_material import ABSENT, IMAGES, REAL_SET, assemble_networks
from vss.cloud.deployment import Deployment
from vss.cloud.redrive import dead_letters, waiting
from vss.local.data_plane.cgroup import ControlGroup, Limits
from vss.local.data_plane.sandbox import detect
from vss.local.deployment import LocalOptions, Running, down, up
from vss.local.progress import deploying

WORKERS = 2
# "mixed" are 14 photographs of people and 8 without; 1769 MB are the default, one vCPU each.
RUNS = (
    ("mixed", ("people", "no_people"), 885),
    ("people", ("people",), 885),
    ("mixed", ("people", "no_people"), 1769),
)
WARM_UP = 40
SUFFIXES = (".jpg", ".jpeg", ".png")


def main() -> int:
    """Measure, print; exit status 1 where an image was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=200)
    options = parser.parse_args()
    if not IMAGES.exists():
        sys.exit(ABSENT)
    if not (enforcement := detect(wanted=True)).limited:
        sys.exit(f"both sides need the same CPU share, not enforced here: {enforcement.missing}")
    console = Console()
    table = Table(title=f"{options.images} frames of 1920 x 1080, {WORKERS} workers")
    for name in (
        "scenes",
        "memory MB",
        "vCPU each",
        "bare images/s",
        "deployed images/s",
        "ratio",
        "lost",
    ):
        table.add_column(name, justify="right")
    lost = 0
    for scenes, names, memory_mb in RUNS:
        with tempfile.TemporaryDirectory() as folder:
            paths = camera_frames(Path(folder), names, options.images)
            bare = bare_rate(paths, memory_mb)
            deployed, missing = deployed_rate(paths, memory_mb, console)
        lost += missing
        cells = (memory_mb / 1769, bare, deployed, deployed / bare)
        table.add_row(scenes, str(memory_mb), *(f"{cell:.2f}" for cell in cells), str(missing))
    console.print(table)
    return 1 if lost else 0


def camera_frames(folder: Path, names: tuple[str, ...], count: int) -> list[Path]:
    """Fit the photographs into frames of 1920 x 1080, as cameras send; the same over and over."""
    sources = sorted(
        path for name in names for path in (IMAGES / name).iterdir() if path.suffix in SUFFIXES
    )
    frames = []
    for index, source in enumerate(sources):
        frames.append(folder / f"{index}.jpg")
        frames[-1].write_bytes(full_hd_jpeg(source))
    return [frames[index % len(frames)] for index in range(count)]


def bare_rate(paths: list[Path], memory_mb: int) -> float:
    """Analyse with the pipeline alone, in worker processes of the given memory's CPU share."""
    with tempfile.TemporaryDirectory() as name:
        manifest = assemble_networks(Path(name))
        groups = [
            ControlGroup.create(f"{os.getpid()}-bare{index}", Limits(memory_mb))
            for index in range(WORKERS)
        ]
        workers = [
            _start_worker(group, manifest, Path(name) / f"share{index}", paths[index::WORKERS])
            for index, group in enumerate(groups)
        ]
        for worker in workers:
            _expect(worker, "ready")
        start = time.perf_counter()
        for worker in workers:
            print("go", file=worker.stdin, flush=True)
        for worker in workers:
            _expect(worker, "done")
        elapsed = time.perf_counter() - start
        for worker, group in zip(workers, groups, strict=True):
            worker.communicate()
            group.remove()
    return len(paths) / elapsed


def _start_worker(
    group: ControlGroup, manifest: Path, listing: Path, paths: list[Path]
) -> subprocess.Popen[str]:
    listing.write_text("\n".join(map(str, paths)))
    command = [sys.executable, "-m", "tests.performance.bare_pipeline", manifest, listing]
    return subprocess.Popen(
        [*group.entry(), *map(str, command)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _expect(worker: subprocess.Popen[str], word: str) -> None:
    assert worker.stdout is not None
    said = worker.stdout.readline().strip()
    if said != word:
        raise RuntimeError(f"a worker of the bare pipeline said {said!r}, not {word!r}")


def deployed_rate(paths: list[Path], memory_mb: int, console: Console) -> tuple[float, int]:
    """Drop all images at once into the deployed app; return images/s and how many were lost."""
    settings = {
        "model_set": REAL_SET,
        "memory_mb": memory_mb,
        "batch_size": 10,
        "max_concurrency": WORKERS,
        "timeout_s": 60,
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "networks").mkdir()
        manifest = assemble_networks(folder / "networks")
        try:
            with deploying(console) as (step, line):
                running = up(
                    LocalOptions(settings=settings, manifest=manifest, folder=folder / "local"),
                    step,
                    line,
                )
            bodies = [path.read_bytes() for path in paths]
            drop_and_drain(running, bodies[:WARM_UP], "warm")
            elapsed = drop_and_drain(running, bodies, "measured")
            return len(bodies) / elapsed, len(bodies) - count_records(running, "measured")
        finally:
            down(folder / "local")


def drop_and_drain(running: Running, bodies: list[bytes], camera: str) -> float:
    """Drop images, wait until the queue is empty; return the seconds from the first drop."""
    deployment = running.deployment
    start = time.perf_counter()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda item: drop(deployment, camera, *item), enumerate(bodies)))
    while waiting(deployment):
        time.sleep(0.1)
    elapsed = time.perf_counter() - start
    if dead_letters(deployment):
        raise RuntimeError(f"{dead_letters(deployment)} dead letters")
    return elapsed


def drop(deployment: Deployment, camera: str, index: int, body: bytes) -> None:
    """Put one frame."""
    key = f"incoming/{camera}/{index}.jpg"
    deployment.s3.put_object(Bucket=deployment.outputs["FramesBucket"], Key=key, Body=body)


def count_records(running: Running, camera: str) -> int:
    """Count the frames of a camera that have a record."""
    s3, bucket = running.deployment.s3, running.deployment.outputs["ResultsBucket"]
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"records/{camera}/")
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    records = (json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys)
    return len({record["frame"]["key"] for record in records})


if __name__ == "__main__":
    sys.exit(main())
