"""What is studied: the reference workflow with its networks, and a video of a given length."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from deep_learning.errors import SurveillanceError
from rich.console import Console
from rich.progress import Progress

from stacks.mask_sets import mask_set
from vss.continuum.anonymise.anonymiser import Anonymiser
from vss.continuum.anonymise.video import Video
from vss.paths import REPOSITORY
from vss.study.continuum.plan import SEED
from vss.study.machine import machine

WORKFLOWS = REPOSITORY / "workflows" / "mask_wearing"
INTERVAL_S = 5.0


class StudyError(SurveillanceError):
    """The workflow did not do what is to be measured."""


@dataclass(frozen=True, slots=True)
class WorkflowSubject:
    """The reference workflow as it is run for a study.

    Attributes:
        manifest: describes the networks.
        model_set: whose pose network looks for people; the networks for masks go with it.
        video: what the workflow gets.
    """

    manifest: Path
    model_set: str
    video: Path

    @property
    def mask_set(self) -> str:
        """The set whose network finds masks."""
        return mask_set(self.model_set)

    def describe(self) -> dict[str, str]:
        """Say what is measured and where."""
        with self.video.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return {
            "model_set": self.model_set,
            "mask_set": self.mask_set,
            "video": digest[:16],
            "seed": str(SEED),
            "machine": machine(),
        }

    def image(self) -> bytes:
        """Return an anonymised image from the middle of the video, or the next one, JPEG.

        Raises:
            StudyError: the anonymiser vouches for none of them.
            VideoError: it is no video.
            ModelError: a network is missing or altered.
        """
        anonymiser = Anonymiser.load(self.manifest, self.model_set, self.mask_set)
        video = Video(self.video, INTERVAL_S)
        middle = (len(video.samples) + 1) // 2
        for frame in video.frames():
            if frame.image is not None and frame.sample.number >= middle:
                found = anonymiser.anonymised(frame.image)
                if isinstance(found, bytes):
                    return found
        raise StudyError(f"{self.video}: every frame from {middle} on is withheld")


def make_video(path: Path, seconds: float, console: Console) -> Path:
    """Render the demo's people and write a video of them, unless it is there already."""
    from vss.continuum.demo.scenes import render_scenes
    from vss.continuum.demo.video import write_video

    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with console.status("rendering people with and without masks"):
        scenes = list(render_scenes(seed=SEED))
    part = path.with_suffix(".part.mp4")
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(f"writing {seconds:.0f} s of video", total=None)
        write_video(
            part,
            scenes,
            seconds,
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    part.replace(path)
    return path
