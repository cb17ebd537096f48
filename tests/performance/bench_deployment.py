"""`make bench`: images per second of the local deployment against those of the bare pipeline.

Both with the same number of workers at the same CPU share, on the same photographs, in one run. The
deployment pays for S3, the queue, records, alerts, traces, permissions and, on the same cores, for
the emulation of AWS itself.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing as mp
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.shared_material import ABSENT, IMAGES, assemble_networks
from vss.cloud.deployment import Deployment
from vss.cloud.redrive import dead_letters, waiting
from vss.local.data_plane.cgroup import ControlGroup, Limits
from vss.local.deployment import LocalOptions, Running, down, up
from vss.local.progress import deploying

WORKERS = 2
WARM_UP = 40
SUFFIXES = (".jpg", ".jpeg", ".png")


def main() -> int:
    """Measure, print; exit status 1 where an image was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--memory", type=int, nargs="+", default=[885, 1769])
    options = parser.parse_args()
    if not IMAGES.exists():
        sys.exit(ABSENT)
    console = Console()
    table = Table(title=f"{options.images} photographs, {WORKERS} workers")
    for name in ("memory MB", "vCPU each", "bare images/s", "deployed images/s", "ratio", "lost"):
        table.add_column(name, justify="right")
    lost = 0
    for memory_mb in options.memory:
        bodies = photographs(options.images)
        bare = bare_rate(bodies, memory_mb)
        deployed, missing = deployed_rate(bodies, memory_mb, console)
        lost += missing
        cells = (bare, deployed, deployed / bare)
        table.add_row(
            str(memory_mb),
            f"{memory_mb / 1769:.2f}",
            *(f"{cell:.2f}" for cell in cells),
            str(missing),
        )
    console.print(table)
    return 1 if lost else 0


def photographs(count: int) -> list[bytes]:
    """Return ``count`` photographs, the same ones over and over."""
    folders = ("people", "faces", "no_people")
    paths = sorted(
        path
        for folder in folders
        for path in (IMAGES / folder).iterdir()
        if path.suffix in SUFFIXES
    )
    return [paths[index % len(paths)].read_bytes() for index in range(count)]


def bare_rate(bodies: list[bytes], memory_mb: int) -> float:
    """Analyse with the pipeline alone, in worker processes of the given memory's CPU share."""
    context = mp.get_context("spawn")
    barrier = context.Barrier(WORKERS + 1)
    with tempfile.TemporaryDirectory() as name:
        manifest = assemble_networks(Path(name))
        groups = [
            ControlGroup.create(f"bare-{index}", Limits(memory_mb)) for index in range(WORKERS)
        ]
        workers = [
            context.Process(
                target=analyse_share,
                args=(manifest, bodies[index::WORKERS], barrier, group.folders),
            )
            for index, group in enumerate(groups)
        ]
        for worker in workers:
            worker.start()
        barrier.wait()
        start = time.perf_counter()
        barrier.wait()
        elapsed = time.perf_counter() - start
        for worker, group in zip(workers, groups, strict=True):
            worker.join()
            group.remove()
    return len(bodies) / elapsed


def analyse_share(
    manifest: Path, bodies: list[bytes], barrier: Barrier, groups: list[Path]
) -> None:
    """One worker: one thread, as the function has with up to two vCPUs."""
    import cv2
    from business_logic.stage_clock import StageClock
    from deep_learning.catalogue import Catalogue
    from deep_learning.errors import RejectedInput
    from deep_learning.runtime import Runtime
    from high_level_algorithms.identification import Gallery
    from high_level_algorithms.pipeline import Pipeline, PipelineSettings

    cv2.setNumThreads(1)
    pipeline = Pipeline.load(Runtime(1), Catalogue.read(manifest), PipelineSettings())
    gallery = Gallery.of({})
    pipeline.analyse(bodies[0], gallery, StageClock())
    for group in groups:
        (group / "cgroup.procs").write_text("0")
    barrier.wait()
    for body in bodies:
        try:
            pipeline.analyse(body, gallery, StageClock())
        except RejectedInput:
            continue
    barrier.wait()


def deployed_rate(bodies: list[bytes], memory_mb: int, console: Console) -> tuple[float, int]:
    """Drop all images at once into the deployed app; return images/s and how many were lost."""
    settings = {
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
            drop_and_drain(running, bodies[:WARM_UP], "warm")
            elapsed = drop_and_drain(running, bodies, "measured")
            (folder / "local" / "invocations.jsonl").read_text()
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
