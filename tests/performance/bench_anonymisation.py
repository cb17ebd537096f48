"""`make bench-anonymisation`: what anonymised faces still tell of a person, and of a mask.

Over the strength of the anonymiser: the area under the ROC curve of the re-identification attack
(``anonymity``) and the accuracy of mask detection on the very images that leave the site. Heads are
those that the anonymiser finds by itself. Rendered frames with the demo networks; photographs with
the real ones where ``../shared`` is.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from deep_learning.catalogue import Catalogue, Role
from deep_learning.runtime import Runtime
from high_level_algorithms.embedding import FaceEmbedder
from high_level_algorithms.mask_detection import MaskDetector, draw_faces
from high_level_algorithms.pipeline import Pipeline, PipelineSettings
from high_level_algorithms.types import Image
from rich.console import Console
from rich.progress import track
from rich.table import Table

from model_assets.training.mask_dataset import MASKED, UNMASKED, MaskFrame
from model_assets.training.mask_scores import MaskScore, score_picture
from tests.performance.anonymity import Areas, Scene, areas, embedded, scene_of
from tests.performance.anonymity_chart import Strength, draw
from tests.performance.anonymity_scenes import masked_frames, real_faces, rendered_faces
from tests.performance.mask_photographs import Photograph, photographs, share_right
from tests.real_masks import pulled
from tests.shared_material import SHARED
from vss.continuum.anonymise.anonymiser import head_search
from vss.continuum.anonymise.heads import Head
from vss.continuum.anonymise.obscuring import DEFAULT_CELLS, obscure
from vss.continuum.anonymise.search import HeadSearch
from vss.paths import MANIFEST, REPOSITORY

CELLS = (2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 16.0, 32.0)
KINDS = ("large", "tiny", "border")
OUT = REPOSITORY / "build" / "anonymisation"
LEAST_FACE_PX = 30.0
"""Faces of mask detection, forehead to chin, in a frame of 1920 x 1080."""


@dataclass(frozen=True, slots=True, eq=False)
class Tools:
    """A set of networks: those that anonymise, and those that attack and judge."""

    search: HeadSearch
    embedder: FaceEmbedder
    masks: MaskDetector


@dataclass(frozen=True, slots=True, eq=False)
class MaskScene:
    """A frame with masks, and what the search made of it."""

    frame: MaskFrame
    heads: tuple[Head, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """All that is anonymised; the last two are empty without ``../shared``."""

    scenes: Sequence[Scene]
    masks: Sequence[MaskScene]
    real_scenes: Sequence[Scene]
    photographs: Sequence[Photograph]


def main() -> int:
    """Measure, print tables, draw the chart."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=120, help="rendered frames of each kind")
    frames = parser.parse_args().frames
    cv2.setNumThreads(1)
    console, status = Console(width=170), Console(stderr=True)
    demo = tools(MANIFEST, "demo", "demo-masks")
    known = track(rendered_faces(1, frames), "Faces", frames, console=status)
    scenes = [scene_of(*one, demo.search) for one in known]
    drawn = track(masked_frames(1, frames), "Masks", frames, console=status)
    masks = list(mask_scenes(drawn, demo.search))
    real: Tools | None = None
    material = Material(scenes, masks, (), ())
    if SHARED.is_dir():
        with tempfile.TemporaryDirectory() as folder:
            manifest = pulled(Path(folder))
            real = tools(manifest, "omz", "masks")
            catalogue = Catalogue.read(manifest, "omz")
            pipeline = Pipeline.load(Runtime(1), catalogue, PipelineSettings())
        faces = [scene_of(*one, real.search) for one in real_faces(pipeline)]
        material = Material(scenes, masks, faces, list(photographs(real.search)))
    rows = [
        measured(cells, demo, real, material)
        for cells in track((None, *CELLS[::-1]), "Strengths", console=status)
    ]
    console.print(attack_table(rows[1:]), use_table(rows))
    console.print(kinds_table(demo, real, material))
    withheld = [
        sum(one.doubt is not None for one in kind) for kind in (scenes, material.real_scenes)
    ]
    console.print(
        f"Withheld: {withheld[0]} of {frames} rendered frames, {frames - len(masks)} of {frames} "
        f"with masks, {withheld[1]} of {len(material.real_scenes)} photographs"
    )
    OUT.mkdir(parents=True, exist_ok=True)
    for suffix in ("png", "svg"):
        draw(rows[1:], rows[0]).savefig(OUT / f"privacy_and_use.{suffix}", dpi=100)
    cv2.imwrite(str(OUT / "example.jpg"), example(masks, demo.masks))
    console.print(f"Chart and example: {OUT}", soft_wrap=True)
    return 0


def tools(manifest: Path, model_set: str, masks_set: str) -> Tools:
    """Load networks."""
    runtime = Runtime(threads=1)
    masks = runtime.load(Catalogue.read(manifest, masks_set), Role.MASK_DETECTION)
    chosen = Catalogue.read(manifest, model_set)
    return Tools(
        head_search(manifest, model_set, masks_set, threads=1),
        FaceEmbedder(runtime.load(chosen, Role.FACE_EMBEDDING)),
        MaskDetector(masks, masks.entry.threshold("face")),
    )


def mask_scenes(frames: Iterable[MaskFrame], search: HeadSearch) -> Iterable[MaskScene]:
    """Look for heads; yield the frames that would leave the site."""
    for frame in frames:
        found = search.search(frame.image)
        if found.doubt is None:
            yield MaskScene(frame, found.heads)


def measured(cells: float | None, demo: Tools, real: Tools | None, material: Material) -> Strength:
    """Attack and judge at one strength; frames as they are need no attack."""
    masks = sum((judged(scene, cells, demo.masks) for scene in material.masks), MaskScore())
    by_demo = by_real = None
    if real is not None:
        by_demo, by_real = (
            share_right(material.photographs, one.masks, cells) for one in (demo, real)
        )
    rendered = attacked(material.scenes, demo, cells)
    return Strength(
        cells, rendered, attacked(material.real_scenes, real, cells), masks, by_demo, by_real
    )


def attacked(scenes: Sequence[Scene], tools: Tools | None, cells: float | None) -> Areas | None:
    """Attack anonymised faces, if there are any."""
    if tools is None or cells is None:
        return None
    return areas(embedded(scenes, tools.embedder, cells))


def judged(scene: MaskScene, cells: float | None, detector: MaskDetector) -> MaskScore:
    """Judge the masks of one frame."""
    frame = scene.frame
    image = frame.image if cells is None else obscure(frame.image, scene.heads, cells)
    faces = np.array(frame.boxes, np.float32).reshape(-1, 4)
    return score_picture(
        detector.find(image), faces, np.array(frame.kinds, np.uint8), LEAST_FACE_PX
    )


def example(scenes: Sequence[MaskScene], detector: MaskDetector) -> Image:
    """Return the frame with most people to judge, before and after, with what the network says."""
    scene = max(scenes, key=lambda one: sum(kind in (MASKED, UNMASKED) for kind in one.frame.kinds))
    plain = scene.frame.image
    both = [draw_faces(one, detector.find(one)) for one in (plain, obscure(plain, scene.heads))]
    return np.asarray(cv2.resize(np.vstack(both), None, fx=0.45, fy=0.45), np.uint8)


def attack_table(rows: Sequence[Strength]) -> Table:
    """Return the attack, a row a strength."""
    table = Table(title="Re-identification: area under the ROC curve, by strength")
    table.add_column("cells", justify="right")
    for name in ("rendered", "photographs"):
        for column in (name, "95 %", "normalised", "same picture", "gallery too"):
            table.add_column(column, justify="right")
    for row in rows:
        figures = [text for one in (row.rendered, row.real) for text in _figures(one)]
        table.add_row(f"{row.cells:g}", *figures)
    return table


def _figures(one: Areas | None) -> tuple[str, ...]:
    if one is None:
        return ("",) * 5
    low, high = one.interval
    return (
        f"{one.other_pictures:.3f}",
        f"{low:.2f} to {high:.2f}",
        f"{one.normalised:.3f}",
        f"{one.same_picture:.3f}",
        f"{one.parrot:.3f}",
    )


def kinds_table(demo: Tools, real: Tools | None, material: Material) -> Table:
    """Return the attack at the default strength, by kind of face."""
    table = Table(title=f"Re-identification at the default of {DEFAULT_CELLS:g} cells, by kind")
    columns = ("faces", "number", "people", "area", "95 %", "normalised", "same picture")
    for column in (*columns, "gallery too", "not anonymised"):
        table.add_column(column, justify="left" if column == "faces" else "right")
    groups = [("rendered", material.scenes, demo)]
    if real is not None:
        groups.append(("photographs", material.real_scenes, real))
    for name, scenes, used in groups:
        faces = embedded(scenes, used.embedder, DEFAULT_CELLS)
        for kind in (None, *KINDS):
            one = areas(faces, kind)
            title = f"{name}, {kind or 'all'}"
            numbers = str(one.faces), str(one.people)
            table.add_row(title, *numbers, *_figures(one), f"{one.originals:.3f}")
    return table


def use_table(rows: Sequence[Strength]) -> Table:
    """Return mask detection, a row a strength."""
    table = Table(title="Mask detection, by strength")
    columns = ("cells", "rendered: faces", "found", "told right", "both", "invented a face")
    for column in (*columns, "photographs, demo network", "photographs, real network"):
        table.add_column(column, justify="right")
    for row in rows:
        masks = row.masks
        shown = ["" if one is None else f"{one:.3f}" for one in (row.by_demo, row.by_real)]
        table.add_row(
            "as they are" if row.cells is None else f"{row.cells:g}",
            str(masks.masked + masks.bare),
            f"{masks.found:.3f}",
            f"{masks.accuracy:.3f}",
            f"{masks.found * masks.accuracy:.3f}",
            f"{masks.invented_per_face:.3f}",
            *shown,
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
