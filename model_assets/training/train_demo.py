"""Make the demo networks: render, train, write them into the manifest. ``make train-demo``.

Two lanes side by side, each with half of the cores: bodies (the longer one) and faces.

python -m model_assets.training.train_demo
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "build" / "training"
DEMO = ROOT / "model_assets" / "demo"
SEED = "1"

Command = tuple[str, ...]

# Module of this package and its arguments. Sizes are those of the networks in the repository.
BODIES: tuple[Command, ...] = (
    ("pose_dataset", "--out", "validation/pose", "--split", "validation", "--frames", "800"),
    ("pose_dataset", "--out", "train/pose", "--split", "train", "--frames", "10000"),
    ("train_pose", "--kind", "pose", "--out", "body_pose", "--samples", "120000"),
)
FACES: tuple[Command, ...] = (
    (
        *("face_dataset", "--out", "validation/faces", "--split", "validation"),
        *("--identities", "150", "--pictures", "12"),
    ),
    (
        *("face_dataset", "--out", "train/faces", "--split", "train"),
        *("--identities", "1200", "--pictures", "20"),
    ),
    ("train_landmarks", "--kind", "faces", "--out", "face_landmarks", "--samples", "300000"),
    ("train_embedding", "--kind", "faces", "--out", "face_embedding", "--samples", "420000"),
)


def main() -> int:
    """Run both lanes, then renew the manifest; return the exit status of what failed first."""
    console = Console()
    started = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(lambda lane: run(lane, console), (BODIES, FACES)))
    if any(statuses):
        return next(status for status in statuses if status)
    command = (sys.executable, "-m", "model_assets.training.manifest_entry")
    manifest = str(ROOT / "model_assets" / "manifest.json")
    subprocess.run((*command, manifest), check=True, cwd=ROOT)  # noqa: S603 (our own module)
    console.print(f"The demo networks took {(time.monotonic() - started) / 60:.0f} minutes.")
    return 0


def run(lane: tuple[Command, ...], console: Console) -> int:
    """Run the commands of a lane one after the other, until one fails; what they print is kept."""
    for command in lane:
        started = time.monotonic()
        log = DATA / "logs" / f"{'-'.join(part for part in command[:3] if part[0] != '-')}.log"
        log = log.with_name(log.name.replace("/", "-"))
        log.parent.mkdir(parents=True, exist_ok=True)
        console.print(f"{command[0]} … ({log.relative_to(ROOT)})", highlight=False)
        with log.open("w") as output:
            status = subprocess.run(  # noqa: S603 (our own module)
                (sys.executable, "-m", f"model_assets.training.{command[0]}", *arguments(command)),
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=half_of_the_cores(),
            ).returncode
        minutes = (time.monotonic() - started) / 60
        console.print(f"{command[0]}: {minutes:.1f} min, exit status {status}", highlight=False)
        if status:
            console.print(log.read_text()[-2000:], markup=False)
            return status
    return 0


def arguments(command: Command) -> list[str]:
    """Return the arguments with seed, folders and workers filled in."""
    _, *rest = command
    values = dict(zip(rest[0::2], rest[1::2], strict=True))
    kind = values.pop("--kind", None)
    folder = DATA if kind is None else DEMO
    values |= {"--out": str(folder / values["--out"]), "--seed": SEED}
    if kind is None:
        values["--workers"] = str(half())
    else:
        values["--data"] = str(DATA / "train" / kind)
        values["--validation"] = str(DATA / "validation" / kind)
    return [part for pair in values.items() for part in pair]


def half() -> int:
    """Return half of the cores, at least one."""
    return max(1, len(os.sched_getaffinity(0)) // 2)


def half_of_the_cores() -> dict[str, str]:
    """Return the environment of a lane: threads that wait must not take the other lane's time."""
    return os.environ | {"OMP_NUM_THREADS": str(half()), "OMP_WAIT_POLICY": "passive"}


if __name__ == "__main__":
    sys.exit(main())
