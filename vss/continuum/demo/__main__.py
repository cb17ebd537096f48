"""``make demo-continuum``: videos through both halves of the reference workflow, and back."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deep_learning.catalogue import Manifest
from deep_learning.errors import SurveillanceError
from rich.console import Console

from stacks.mask_sets import mask_set
from vss.continuum.anonymise.video import Video
from vss.continuum.cloud.deployment import WorkflowStack, apply_here
from vss.continuum.demo.edge_store import edge_store
from vss.continuum.demo.passage import Passage, pass_through
from vss.continuum.demo.recordings import filmed, record
from vss.continuum.demo.strip import draw_strip
from vss.continuum.demo.tables import frames_table, timing_table
from vss.continuum.demo.workflow_here import FILE, Networks, WorkflowHere
from vss.demo.networks import fetch_networks
from vss.local.deployment import LocalOptions, down, up
from vss.local.progress import deploying
from vss.paths import DEFAULT_MODEL_SET, MANIFEST, REPOSITORY
from vss.view.model_set_notice import model_set_notice

FOLDER = REPOSITORY / "build" / "continuum"
_STAND_IN = "The edge's own store is an emulated S3 on loopback, standing in for a MinIO server."
_INTERVAL_S = 5.0


def main() -> int:
    """Run the demo; return the exit status."""
    parser = argparse.ArgumentParser(description="Videos through edge and cloud, and back.")
    parser.add_argument("--model-set", default=DEFAULT_MODEL_SET, help="demo or omz")
    model_set: str = parser.parse_args().model_set
    console = Console()
    shutil.rmtree(FOLDER, ignore_errors=True)
    try:
        knows = Manifest.read(MANIFEST).set_named(model_set).knows
        if not all(fetch_networks(name) for name in (model_set, mask_set(model_set))):
            console.print(f"The networks of the set {model_set} cannot be fetched.", style="red")
            return 1
        recordings = [record(FOLDER / "videos", console)]
        recordings += filmed() if knows is None else []
        with deployed(FOLDER, Networks(model_set, MANIFEST), console) as workflow:
            passages = pass_through(workflow, recordings, FOLDER / "edge", console)
    except SurveillanceError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        return 1
    show(passages, FOLDER, console)
    if (notice := model_set_notice(model_set, knows)) is not None:
        console.print(notice, style="yellow", markup=False, soft_wrap=True)
    return 0


@contextmanager
def deployed(folder: Path, networks: Networks, console: Console) -> Iterator[WorkflowHere]:
    """Deploy the workflow into a local AWS of its own, beside an edge store; both end at the end.

    Args:
        folder: for state and logs.
        networks: that both halves load.
        console: is told how it goes.

    Raises:
        SurveillanceError: something does not start or cannot be deployed.
    """
    options = LocalOptions(
        settings={"model_set": networks.model_set},
        manifest=networks.manifest,
        folder=folder / "local",  # beside a local AWS of the user's, not in its place
    )
    try:
        with deploying(console) as (step, line):
            up(options, step, line)
            running = apply_here(WorkflowStack.read(FILE, options.stage), options, step, line)
        console.print(f"{running.deployment.name}; KMS does not encrypt there", markup=False)
        with edge_store(folder) as store:
            console.print(_STAND_IN)
            yield WorkflowHere.of(running, store, networks)
    finally:
        down(options.folder)


def show(passages: Sequence[Passage], folder: Path, console: Console) -> None:
    """Print the tables, write all images and the strip."""
    before = {}
    for passage in passages:
        recording = passage.recording
        for frame in Video(recording.path, _INTERVAL_S).frames():
            if frame.image is not None:
                before[recording.path.stem, frame.sample.number] = frame.image
        _write_images(passage, folder / recording.path.stem)
    console.print(frames_table(passages))
    console.print(timing_table(passages))
    console.print(f"Picture strip:  {draw_strip(passages, before, folder / 'strip.png')}")
    console.print(f"All images:     {folder}", soft_wrap=True)


def _write_images(passage: Passage, folder: Path) -> None:
    for frame in passage.frames:
        for name, content in (("anonymised", frame.anonymised), ("masks", frame.drawn)):
            if content is not None:
                path = folder / name / f"img{frame.number}.jpg"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)


if __name__ == "__main__":
    sys.exit(main())
