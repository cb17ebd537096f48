"""From the values of anchors to faces of the frame; the network is played."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from high_level_algorithms.face_anchors import encode, face_anchors
from high_level_algorithms.mask_detection import MaskDetector, distinct, draw_faces
from high_level_algorithms.types import FaceSeen, Image

from tests.factories import noise_image
from tests.fakes import FakeNetwork, Outputs

SIDE = 260
ANCHORS = face_anchors()
GREEN, BLUE = (0, 255, 0), (255, 0, 0)


def colours_as_faces(score: float) -> Callable[[Image], Outputs]:
    """Take green boxes for masked faces and blue ones for bare ones, wherever they are shown."""

    def respond(image: Image) -> Outputs:
        classes = np.zeros((1, len(ANCHORS), 2), np.float32)
        offsets = np.zeros((1, len(ANCHORS), 4), np.float32)
        for kind, colour in enumerate((GREEN, BLUE)):
            mask = np.abs(image.astype(int) - colour).max(2) < 90
            rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
            if not rows.size:
                continue
            box = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]) / SIDE
            middle, size = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]).max()
            off = np.abs(ANCHORS[:, :2] - middle).sum(1) + np.abs(ANCHORS[:, 2] - size)
            nearest = int(off.argmin())
            classes[0, nearest, kind] = score
            offsets[0, nearest] = encode(box[None].astype(np.float32), ANCHORS[[nearest]])
        return classes, offsets

    return respond


def frame(height: int, width: int, **boxes: tuple[int, int, int, int]) -> Image:
    image = np.zeros((height, width, 3), np.uint8)
    for name, (x0, y0, x1, y1) in boxes.items():
        image[y0:y1, x0:x1] = GREEN if name == "masked" else BLUE
    return image


def found(image: Image, score: float = 0.9, threshold: float = 0.5) -> tuple[FaceSeen, ...]:
    network = FakeNetwork((SIDE, SIDE), colours_as_faces(score))
    return MaskDetector(network, threshold).find(image)


@pytest.mark.parametrize("shape", [(480, 640), (640, 480), (260, 260), (1080, 1920), (720, 1280)])
def test_faces_come_out_where_they_are_and_as_what_they_are(shape: tuple[int, int]) -> None:
    height, width = shape
    masked = (width // 8, height // 4, width // 8 + 60, height // 4 + 80)
    bare = (width - 90, height - 120, width - 30, height - 40)
    faces = found(frame(height, width, masked=masked, bare=bare))
    assert {face.masked for face in faces} == {True, False}
    assert len(faces) == 2
    for face in faces:
        expected = masked if face.masked else bare
        assert np.abs(np.subtract(face.box, expected)).max() < 8
        assert face.score == pytest.approx(0.9)


@pytest.mark.parametrize("y", range(40, 1000, 137))
@pytest.mark.parametrize("x", [0, 390, 700, 1150, 1560, 1860])
def test_a_small_face_of_a_large_frame_is_found_once_wherever_it_is(x: int, y: int) -> None:
    box = (x, y, x + 48, y + 60)
    faces = found(frame(1080, 1920, bare=box))
    assert len(faces) == 1
    assert np.abs(np.subtract(faces[0].box, box)).max() < 8


def test_boxes_stay_inside_the_frame() -> None:
    for face in found(frame(300, 400, masked=(0, 0, 60, 70), bare=(350, 250, 400, 300))):
        x0, y0, x1, y1 = face.box
        assert 0 <= x0 < x1 <= 400
        assert 0 <= y0 < y1 <= 300


@pytest.mark.parametrize(("score", "count"), [(0.51, 1), (0.49, 0)])
def test_the_threshold_decides(score: float, count: int) -> None:
    assert len(found(frame(480, 640, masked=(200, 200, 260, 280)), score)) == count


def test_nobody_is_found_where_nobody_is() -> None:
    assert found(frame(480, 640)) == ()
    assert found(frame(1080, 1920)) == ()


@pytest.mark.parametrize(
    ("boxes", "scores", "kept"),
    [
        ([], [], []),
        ([[0, 0, 10, 10], [1, 1, 11, 11], [30, 0, 40, 10]], [0.5, 0.9, 0.7], [1, 2]),
        ([[0, 0, 10, 10], [2, 2, 6, 6]], [0.9, 0.8], [0]),  # one within the other
        ([[0, 0, 10, 10], [8, 0, 18, 10]], [0.9, 0.8], [0, 1]),  # side by side
        ([[5, 5, 5, 9], [0, 0, 4, 4]], [0.9, 0.8], [1]),  # no area
        ([[0, 0, 4, 4], [0, 0, 4, 4]], [0.8, 0.8], [0]),
    ],
)
def test_each_face_is_kept_once(
    boxes: list[list[float]], scores: list[float], kept: list[int]
) -> None:
    assert distinct(np.array(boxes, np.float32).reshape(-1, 4), np.array(scores)) == kept


def test_drawing_changes_a_copy_and_tells_the_kinds_apart() -> None:
    image = noise_image(300, 400) // 8
    before = image.copy()
    faces = (
        FaceSeen((50, 60, 120, 150), masked=True, score=0.9),
        FaceSeen((200, 60, 270, 150), masked=False, score=0.8),
    )
    drawn = draw_faces(image, faces)
    assert (image == before).all()
    left, right = drawn[100, 50].astype(int), drawn[100, 200].astype(int)
    assert left[1] > left[2] + 80  # green
    assert right[2] > right[1] + 80  # red
    assert (drawn[90:110, 300:] == before[90:110, 300:]).all()
