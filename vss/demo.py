"""``make demo``: camera images in, findings and drawings out.

The frames are rendered by this project: hard but clear scenes, and covered lenses. Photographs of
the verification material join them where they lie beside the repository.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import cv2
import numpy as np
from deep_learning.catalogue import Catalogue, Role
from deep_learning.runtime import Runtime
from high_level_algorithms.camera_cover import CameraCover
from high_level_algorithms.types import Findings, FrameStatus
from rich.console import Console
from rich.progress import track

from model_assets.training.conditions import CONDITIONS
from model_assets.training.cover_dataset import draw_cover
from model_assets.training.covers import compose
from model_assets.training.places import street
from model_assets.training.scenes import peopled
from vss.analyse import AnalyseOptions, analyse_images
from vss.models.addresses import parse_mirror
from vss.models.progress import reporting
from vss.models.pull import pull
from vss.paths import MANIFEST, REPOSITORY
from vss.view.annotation import annotate
from vss.view.contact_sheet import contact_sheet

HEIGHT, WIDTH = 360, 640
SEED = 11
CLEAR = ("night", "fog", "rain on the lens", "partial shadow")
COVERED = ("hand", "tape", "cloth", "defocus")
FOLDER = REPOSITORY / "build" / "demo"
SHARED = REPOSITORY.parent / "shared"
PHOTOGRAPHS = ("people/humans_5.jpg", "people/peds_3.jpg", "faces/two_people.jpg")
REFERENCES = ("biden", "obama")


def main() -> int:
    """Render, fetch the networks, analyse, draw; return the exit status."""
    console = Console()
    shutil.rmtree(FOLDER, ignore_errors=True)
    frames = render_frames(FOLDER / "frames")
    drawn = FOLDER / "drawn"
    status = 0
    if fetch_networks():
        status = analyse_all(frames, drawn)
    else:
        console.print(
            "The pose and face networks cannot be fetched from here: only the camera-cover "
            "network of this repository judges the frames. "
            "`vss models pull --mirror DIR-or-URL` takes the others from a copy.",
            style="yellow",
        )
        judge_covers(frames, drawn)
    sheet = contact_sheet(sorted(drawn.glob("*.jpg")), FOLDER / "contact_sheet.jpg")
    console.print(f"Annotated pictures: {drawn}\nAll on one sheet:   {sheet}", soft_wrap=True)
    return status


def render_frames(folder: Path) -> list[Path]:
    """Render a clear frame for each hard condition and a covered one for some kinds of cover."""
    folder.mkdir(parents=True)
    paths = []
    for index, kind in enumerate(track(CLEAR + COVERED, "Rendering camera frames")):
        rng = np.random.default_rng([SEED, index])
        scene = peopled if index % 2 else street
        image = scene(rng, HEIGHT, WIDTH)
        if kind in CLEAR:
            image = CONDITIONS[kind](rng, image)
        else:
            image = compose(draw_cover(rng, HEIGHT, WIDTH, kind), image)
        verdict = "clear" if kind in CLEAR else "covered"
        paths.append(folder / f"{verdict}-{kind.replace(' ', '-')}.jpg")
        cv2.imwrite(str(paths[-1]), image)
    return paths


def fetch_networks() -> bool:
    """Pull the networks that are missing; tell whether all are there."""
    mirror = os.environ.get("VSS_MODEL_MIRROR")
    if mirror is None and (SHARED / "models").is_dir():
        mirror = str(SHARED / "models")
    with reporting() as reporter:
        source = None if mirror is None else parse_mirror(mirror)
        outcomes = pull(Catalogue.read(MANIFEST), source, reporter)
    return all(outcome.is_good for outcome in outcomes)


def analyse_all(frames: list[Path], drawn: Path) -> int:
    """Analyse the frames, and the photographs where there are any, as `vss analyse` does."""
    photographs = [SHARED / "images" / name for name in PHOTOGRAPHS]
    options = AnalyseOptions(
        images=(*frames, *filter(Path.is_file, photographs)),
        draw=drawn,
        json=False,
        reference=reference_folder(),
        manifest=MANIFEST,
        threads=None,
    )
    return analyse_images(options)


def reference_folder() -> Path | None:
    """Lay out reference photographs as `--reference` takes them; None where there are none."""
    if not (SHARED / "images").is_dir():
        return None
    for person in REFERENCES:
        folder = FOLDER / "people" / person
        folder.mkdir(parents=True)
        for photograph in (SHARED / "images" / "faces").glob(f"knn_train_{person}_*"):
            (folder / photograph.name).symlink_to(photograph)
    return FOLDER / "people"


def judge_covers(frames: list[Path], drawn: Path) -> None:
    """Judge and draw the frames with the camera-cover network alone."""
    network = Runtime(threads=1).load(Catalogue.read(MANIFEST), Role.CAMERA_COVER)
    camera_cover = CameraCover(network, network.entry.threshold("covered"))
    drawn.mkdir(parents=True)
    for path in frames:
        image = np.asarray(cv2.imread(str(path)), np.uint8)
        verdict = camera_cover.judge(image)
        status = FrameStatus.COVERED if verdict.covered else FrameStatus.ANALYSED
        cv2.imwrite(str(drawn / path.name), annotate(image, Findings(status, verdict, ())))


if __name__ == "__main__":
    sys.exit(main())
