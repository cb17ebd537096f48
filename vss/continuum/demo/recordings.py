"""The videos of the demo: a rendered one, and the one of the verification material."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from vss.continuum.demo.scenes import STORY, Moment, render_scenes
from vss.continuum.demo.video import SCENE_S, write_video
from vss.demo.shots import SHARED

_HELD = f"Each scene is rendered once and held for {SCENE_S:.0f} s; the camera swings over it."


@dataclass(frozen=True, slots=True)
class Recording:
    """A video.

    Attributes:
        path: of the file; its stem names the folders of what comes of it.
        moments: who was rendered, for five seconds each; empty where people were filmed.
    """

    path: Path
    moments: tuple[Moment, ...] = ()

    def moment(self, time_s: float) -> Moment | None:
        """Return who was rendered at a time; None where people were filmed."""
        return self.moments[int(time_s // SCENE_S)] if self.moments else None


def record(folder: Path, console: Console, moments: Sequence[Moment] = STORY) -> Recording:
    """Render the moments and write the video of them."""
    folder.mkdir(parents=True)
    console.print(_HELD)
    with Progress(console=console) as progress:
        task = progress.add_task("Rendering scenes", total=len(moments))
        scenes = []
        for scene in render_scenes(moments):
            scenes.append(scene)
            progress.advance(task)
        encoding = progress.add_task("Writing the video", total=None)
        path = write_video(
            folder / "entrance.mp4",
            scenes,
            watch=lambda done, total: progress.update(encoding, completed=done, total=total),
        )
    return Recording(path, tuple(moments))


def filmed() -> list[Recording]:
    """Return the videos of real people that lie beside the repository; none where it is alone."""
    return [Recording(path) for path in sorted((SHARED / "videos").glob("*.mp4"))]
