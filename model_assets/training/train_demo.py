"""Make the demo networks: render, train, write them into the manifest. ``make train-demo``.

Bodies are rendered on all cores; then they are trained on one half of the cores, while on the other
faces are rendered and trained. Who is left alone takes all cores.

python -m model_assets.training.train_demo
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from model_assets.training.manifest_entry import (
    BODY_POSE,
    FACE_EMBEDDING,
    FACE_LANDMARKS,
    MASK_DETECTION,
    Trained,
)
from model_assets.training.signals import LISTENS_AFTER_S, TAKE_ALL_CORES

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "build" / "training"
SEED = "1"
CORES = len(os.sched_getaffinity(0))
HALF = max(1, CORES // 2)


@dataclass(frozen=True, slots=True)
class Step:
    """A module of this package to be run.

    Attributes:
        name: of the step and its log.
        module: of this package.
        arguments: of its command line, but for the seed.
    """

    name: str
    module: str
    arguments: tuple[str, ...]

    @property
    def command(self) -> tuple[str, ...]:
        """The command that runs it."""
        module = f"model_assets.training.{self.module}"
        return sys.executable, "-m", module, *self.arguments, "--seed", SEED

    @property
    def log(self) -> Path:
        """Where what it prints is kept."""
        return DATA / "logs" / f"{self.name}.log"


def rendering(kind: str, split: str, module: str, workers: int, **sizes: int) -> Step:
    """Return the step that renders a split of a data set."""
    options = {"out": DATA / split / kind, "split": split, "workers": workers, **sizes}
    return Step(f"{kind}-{split}", module, command_line(options))


def training(trained: Trained, kind: str, module: str, samples: int) -> Step:
    """Return the step that trains a network."""
    options = {
        "data": DATA / "train" / kind,
        "validation": DATA / "validation" / kind,
        "out": ROOT / "model_assets" / trained.folder,
        "samples": samples,
    }
    return Step(trained.name, module, command_line(options))


def command_line(options: dict[str, Path | str | int]) -> tuple[str, ...]:
    """Return options as the command line takes them."""
    return tuple(part for name, value in options.items() for part in (f"--{name}", str(value)))


# Sizes are those of the networks in the repository.
SETS = (
    rendering("pose", "validation", "pose_dataset", CORES, frames=800),
    rendering("pose", "train", "pose_dataset", CORES, frames=12000),
)
BODIES = (training(BODY_POSE, "pose", "train_pose", 200_000),)
FACES = (
    rendering("faces", "validation", "face_dataset", HALF, identities=150, pictures=12),
    rendering("faces", "train", "face_dataset", HALF, identities=2400, pictures=10),
    training(FACE_LANDMARKS, "faces", "train_landmarks", 300_000),
    training(FACE_EMBEDDING, "faces", "train_embedding", 400_000),
    rendering("masks", "validation", "mask_dataset", HALF, frames=600),
    rendering("masks", "train", "mask_dataset", HALF, frames=4500),
    training(MASK_DETECTION, "masks", "train_masks", 180_000),
)


def main() -> int:
    """Run all steps, then renew the manifest; return the exit status of what failed first."""
    console = Console()
    started = time.monotonic()
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console) as shown, ThreadPoolExecutor(2) as pool:
        if status := run(SETS, CORES, shown, Event()):
            return status
        alone = Event()
        lanes = [pool.submit(run, lane, HALF, shown, alone) for lane in (BODIES, FACES)]
        for lane in as_completed(lanes):
            status = status or lane.result()
            alone.set()
    if status:
        return status
    command = (sys.executable, "-m", "model_assets.training.manifest_entry")
    manifest = str(ROOT / "model_assets" / "manifest.json")
    subprocess.run((*command, manifest), check=True, cwd=ROOT)  # noqa: S603 (our own module)
    console.print(f"The demo networks took {(time.monotonic() - started) / 60:.0f} minutes.")
    return 0


def run(steps: tuple[Step, ...], cores: int, shown: Progress, alone: Event) -> int:
    """Run steps one after the other until one fails; return its exit status or 0.

    Once ``alone`` is set the step that runs is told to take all cores.
    """
    # Threads that wait must not take the time of those that run beside them.
    limits = {"OMP_NUM_THREADS": str(cores), "OMP_WAIT_POLICY": "passive", "PYTHONUNBUFFERED": "1"}
    for step in steps:
        task = shown.add_task(step.name, total=None)
        step.log.parent.mkdir(parents=True, exist_ok=True)
        with (
            step.log.open("w") as output,
            subprocess.Popen(  # noqa: S603 (our own module)
                step.command,
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | limits,
            ) as process,
        ):
            told, begun = False, time.monotonic()
            while process.poll() is None:
                time.sleep(1)
                if alone.is_set() and not told and time.monotonic() - begun > LISTENS_AFTER_S:
                    process.send_signal(TAKE_ALL_CORES)
                    told = True
                shown.update(task, description=f"{step.name}: {last_line(step.log)}")
        shown.update(task, total=1, completed=1)
        if process.returncode:
            shown.console.print(step.log.read_text()[-2000:], markup=False)
            shown.console.print(f"{step.name}: exit status {process.returncode}", markup=False)
            return process.returncode
    return 0


def last_line(log: Path) -> str:
    """Return what a step printed last."""
    lines = log.read_text(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")[:90]


if __name__ == "__main__":
    sys.exit(main())
