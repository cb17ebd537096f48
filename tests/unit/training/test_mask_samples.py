from __future__ import annotations

import numpy as np
import pytest
from high_level_algorithms.face_anchors import PICTURE_PX, decode

from model_assets.training.mask_dataset import MASKED, NOBODY, UNCLEAR, UNMASKED
from model_assets.training.mask_samples import (
    ANCHORS,
    IGNORED,
    SMALL_PX,
    MaskData,
    heads_of,
    mask_batch,
    sample,
    target,
)


def slots(*faces: tuple[float, float, float, float]) -> np.ndarray:
    rows = np.zeros((8, 4), np.float32)
    rows[: len(faces)] = np.reshape(faces, (-1, 4))
    return rows


def kinds(*given: int) -> np.ndarray:
    row = np.zeros(8, np.uint8)
    row[: len(given)] = given
    return row


FACE, OTHER = (0.2, 0.2, 0.3, 0.34), (0.6, 0.5, 0.7, 0.64)


def test_the_anchors_of_a_face_give_back_its_box() -> None:
    labels, offsets = target(slots(FACE, OTHER), kinds(MASKED, UNMASKED))
    for kind, face in ((MASKED, FACE), (UNMASKED, OTHER)):
        chosen = labels == kind
        assert chosen.sum() >= 1
        assert np.allclose(decode(offsets[chosen], ANCHORS[PICTURE_PX][chosen]), face, atol=1e-5)
    assert (labels == NOBODY).sum() > 0.95 * len(labels)


@pytest.mark.parametrize("side", [0.05, 0.08, 0.1, 0.3, 0.8])
def test_every_size_of_face_has_an_anchor(side: float) -> None:
    face = (0.5 - side / 2, 0.5 - side * 0.65, 0.5 + side / 2, 0.5 + side * 0.65)
    labels, _ = target(slots(face), kinds(MASKED))
    assert (labels == MASKED).any()


@pytest.mark.parametrize(
    ("face", "kind"),
    [
        (FACE, UNCLEAR),
        ((0.2, 0.2, 0.215, 0.22), MASKED),  # too small
        ((-0.09, 0.2, 0.01, 0.34), MASKED),  # mostly cut off
    ],
)
def test_what_cannot_be_told_is_not_taught(
    face: tuple[float, float, float, float], kind: int
) -> None:
    labels, _ = target(slots(face), kinds(kind))
    assert set(np.unique(labels)) <= {IGNORED, NOBODY}


def test_nobody_teaches_background() -> None:
    labels, offsets = target(slots(FACE), kinds(NOBODY))
    assert not labels.any()
    assert not offsets.any()


@pytest.fixture
def data() -> MaskData:
    images = np.full((3, 360, 360, 3), 120, np.uint8)
    for image in images:
        image[150:190, 160:190] = (0, 0, 255)
    faces = np.stack([slots((160, 150, 190, 190))] * 3)
    heads = np.zeros((3, 8, 3), np.float32)
    heads[:, 0] = 175, 170, 60
    return MaskData(images, faces, np.stack([kinds(MASKED)] * 3), heads)


def test_the_box_follows_the_picture_through_every_change(
    data: MaskData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model_assets.training.mask_samples._OBSCURED", 0)
    seen = 0
    for seed in range(60):
        image, faces, _ = sample(data, np.random.default_rng(seed), seed % 3)
        x0, y0, x1, y1 = faces[0] * PICTURE_PX
        if min(x0, y0) < 0 or max(x1, y1) > PICTURE_PX:
            continue
        red = image[..., 2].astype(int) - image[..., :2].max(2) > 60
        # Single pixels may be the sensor's noise.
        rows = np.flatnonzero(red.sum(1) > (x1 - x0) / 2)
        columns = np.flatnonzero(red.sum(0) > (y1 - y0) / 2)
        if not rows.size:
            continue
        seen += 1
        found = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
        assert np.abs(np.subtract(found, (x0, y0, x1, y1))).max() < 4
    assert seen > 15


def test_batches_are_determined_by_the_generator(data: MaskData) -> None:
    first, second = (mask_batch(data, np.random.default_rng(5), 4) for _ in range(2))
    assert (first.images == second.images).all()
    assert (first.kinds == second.kinds).all()
    side = first.images.shape[1]
    assert first.images.shape == (4, side, side, 3)
    assert first.kinds.shape == (4, len(ANCHORS[side]))


def test_batches_show_parts_and_whole_pictures(data: MaskData) -> None:
    batches = [mask_batch(data, np.random.default_rng(seed), 1) for seed in range(20)]
    assert {batch.images.shape[1] for batch in batches} == {SMALL_PX, PICTURE_PX}


def test_slots_without_a_head_are_left_out(data: MaskData) -> None:
    (head,) = heads_of(data.heads[0])
    assert (head.x, head.y, head.height) == (175, 170, 60)
