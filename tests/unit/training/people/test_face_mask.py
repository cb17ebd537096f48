from __future__ import annotations

import numpy as np
import pytest

from model_assets.training.people.expression import NEUTRAL
from model_assets.training.people.face_identity import sample_identity
from model_assets.training.people.face_mask import MaskKind, Wearing, sample_mask, with_mask
from model_assets.training.people.head import Head, pose_head, prepare_head
from model_assets.training.rendering.scene import Mesh

NOSE, MOUTH_RIGHT, MOUTH_LEFT = 2, 3, 4


def masked(seed: int, wearing: Wearing, detail: int = 1) -> tuple[Head, Mesh]:
    """Return a head and the mask on it."""
    rng = np.random.default_rng(seed)
    prepared = with_mask(prepare_head(sample_identity(rng), detail), sample_mask(rng, wearing))
    head = pose_head(prepared, NEUTRAL)
    return head, head.meshes[-1]


def is_covered(mesh: Mesh, point: np.ndarray) -> bool:
    """Tell whether the mask lies before a point of the face, seen from the front (along y)."""
    corners = mesh.vertices[mesh.faces]
    x, z = corners[..., 0] - point[0], corners[..., 2] - point[2]
    turns = x * np.roll(z, -1, 1) - z * np.roll(x, -1, 1)
    inside = (turns > 0).all(1) | (turns < 0).all(1)
    return bool((corners[inside, :, 1].mean(1) < point[1]).any())


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(
    ("wearing", "nose", "mouth"),
    [
        (Wearing.PROPER, True, True),
        (Wearing.UNDER_NOSE, False, True),
        (Wearing.UNDER_CHIN, False, False),
    ],
)
def test_a_mask_covers_what_it_should(seed: int, wearing: Wearing, nose: bool, mouth: bool) -> None:
    head, mask = masked(seed, wearing)
    lips = head.landmarks[[MOUTH_RIGHT, MOUTH_LEFT]].mean(0)
    assert is_covered(mask, head.landmarks[NOSE]) == nose
    assert is_covered(mask, lips) == mouth
    for eye in head.landmarks[:2]:
        assert not is_covered(mask, eye)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("detail", [0, 1, 2])
def test_the_mesh_is_well_formed_and_lies_close_to_the_face(seed: int, detail: int) -> None:
    head, mask = masked(seed, Wearing.PROPER, detail)
    assert np.isfinite(mask.vertices).all()
    assert 0 <= mask.faces.min() <= mask.faces.max() < len(mask.vertices)
    assert 0 <= mask.colours.min() <= mask.colours.max() <= 1
    nearest = np.linalg.norm(mask.vertices[:, None] - head.meshes[0].vertices, axis=2).min(1)
    assert nearest.max() < 0.035


def test_the_head_itself_stays_as_it_is() -> None:
    rng = np.random.default_rng(3)
    bare = prepare_head(sample_identity(rng))
    worn = with_mask(bare, sample_mask(rng, Wearing.PROPER))
    assert len(worn.fixed) == len(bare.fixed) + 1
    before, after = pose_head(bare, NEUTRAL), pose_head(worn, NEUTRAL)
    assert (before.meshes[0].vertices == after.meshes[0].vertices).all()
    assert (before.landmarks == after.landmarks).all()


def test_masks_of_all_kinds_and_colours_are_drawn_and_equal_seeds_give_equal_masks() -> None:
    masks = [sample_mask(np.random.default_rng(seed), Wearing.PROPER) for seed in range(60)]
    assert {mask.kind for mask in masks} == set(MaskKind)
    brightness = [sum(mask.colour) / 3 for mask in masks]
    assert min(brightness) < 0.25
    assert max(brightness) > 0.8
    assert any(mask.stripes for mask in masks)
    assert sample_mask(np.random.default_rng(7), Wearing.PROPER) == masks[7]
