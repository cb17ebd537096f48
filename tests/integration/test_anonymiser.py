"""With real networks: every face that shows is covered, and what is left of it is nobody."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from deep_learning.catalogue import Catalogue, Role
from deep_learning.runtime import Runtime
from high_level_algorithms.embedding import FaceEmbedder
from high_level_algorithms.pipeline import Pipeline, PipelineSettings

from tests.performance.anonymity import Scene, areas, embedded, scene_of
from tests.performance.anonymity_scenes import Known, real_faces, rendered_faces
from tests.real_masks import pulled
from tests.shared_material import ABSENT, SHARED
from vss.continuum.anonymise.anonymiser import head_search
from vss.continuum.anonymise.obscuring import DEFAULT_CELLS, Region, region_of
from vss.continuum.anonymise.search import HeadSearch
from vss.paths import MANIFEST

MOST_WITHHELD = 0.25
GOAL_AREA = 0.55


def open_points(scenes: Sequence[Scene]) -> list[str]:
    """Name the landmarks that are in the frame and in nothing that is obscured."""
    return [
        f"frame {number}, {face.kind}: {x:.0f}, {y:.0f}"
        for number, scene in enumerate(scenes)
        if scene.doubt is None
        for face in scene.faces
        for x, y in face.landmarks.points.tolist()
        if 0 <= x < scene.image.shape[1]
        and 0 <= y < scene.image.shape[0]
        and not any(region.covers(x, y) for region in regions_of(scene))
    ]


def regions_of(scene: Scene) -> list[Region]:
    height, width = scene.image.shape[:2]
    return [region_of(head, width, height) for head in scene.heads]


def looked_at(known: Sequence[Known], search: HeadSearch) -> list[Scene]:
    scenes = [scene_of(*one, search) for one in known]
    withheld = sum(scene.doubt is not None for scene in scenes)
    assert withheld <= MOST_WITHHELD * len(scenes)
    return scenes


def test_rendered_faces_are_covered_in_all_that_leaves() -> None:
    scenes = looked_at(list(rendered_faces(7, 24)), head_search(MANIFEST, "demo", "demo-masks", 2))
    assert sum(len(scene.faces) for scene in scenes) > 30
    assert open_points(scenes) == []


@pytest.mark.skipif(not SHARED.is_dir(), reason=ABSENT)
def test_real_faces_are_covered_and_told_from_strangers_no_better_than_by_chance(
    tmp_path: Path,
) -> None:
    manifest = pulled(tmp_path)
    catalogue = Catalogue.read(manifest, "omz")
    pipeline = Pipeline.load(Runtime(2), catalogue, PipelineSettings())
    scenes = looked_at(list(real_faces(pipeline)), head_search(manifest, "omz", "masks", 2))
    assert open_points(scenes) == []
    embedder = FaceEmbedder(Runtime(2).load(catalogue, Role.FACE_EMBEDDING))
    found = areas(embedded(scenes, embedder, DEFAULT_CELLS))
    # The attack works on what it attacks.
    assert found.originals > 0.99
    assert found.other_pictures <= GOAL_AREA
