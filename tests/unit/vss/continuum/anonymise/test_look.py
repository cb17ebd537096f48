"""What the pose network says is put where it belongs in the frame, in whole and in parts."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from deep_learning.errors import ModelError
from high_level_algorithms.types import Image

from tests.factories import GRID, noise_image, render_fields, render_heatmaps, standing
from tests.fakes import FakeNetwork, Outputs
from vss.continuum.anonymise.heads import head_of_pose
from vss.continuum.anonymise.look import Part, PoseLooker, parts_of

THRESHOLDS = {"peak": 0.2, "person": 0.5, "keypoints": 5}
SIZE = (256, 456)


@pytest.mark.parametrize(
    ("size", "count"),
    [((1920, 1080), 10), ((1280, 720), 10), ((3840, 2160), 10), ((640, 480), 1), ((768, 432), 1)],
)
def test_large_frames_are_looked_at_in_overlapping_parts_too(
    size: tuple[int, int], count: int
) -> None:
    whole, *parts = parts_of(*size)
    assert whole == Part(0, 0, *size)
    assert len(parts) == count - 1
    seen = np.zeros(size[::-1], int)
    for part in parts:
        right, bottom = part.left + part.width, part.top + part.height
        seen[max(0, part.top) : bottom, max(0, part.left) : right] += 1
    if parts:
        assert seen.min() >= 1
        assert (seen > 1).mean() > 0.5
        # The outer ones reach beyond the border.
        assert min(part.left for part in parts) < -0.03 * size[0]
        assert max(part.top + part.height for part in parts) > 1.03 * size[1]


def test_beyond_the_border_parts_show_the_mirror_image() -> None:
    image = np.zeros((1080, 1920, 3), np.uint8)
    image[:, 30:50] = 200  # a pillar near the left border
    looking, network = looker(sees())
    list(looking.looks(image))
    first = parts_of(1920, 1080)[1]
    shown = network.images[1][100].mean(1)
    for x, brightness in ((-40, 200), (0, 0), (40, 200), (120, 0)):
        assert shown[round((x - first.left) * 456 / first.width)] == pytest.approx(brightness)


def looker(respond: object, **changes: float) -> tuple[PoseLooker, FakeNetwork]:
    network = FakeNetwork(SIZE, respond)  # type: ignore[arg-type]
    given = THRESHOLDS | changes

    def threshold(name: str) -> float:
        if name not in given:
            raise ModelError(name)
        return given[name]

    network.entry = SimpleNamespace(threshold=threshold)  # type: ignore[attr-defined]
    return PoseLooker(network), network  # type: ignore[arg-type]


def sees(*people: np.ndarray, strength: float = 1.0) -> object:
    def respond(image: Image) -> Outputs:
        heatmaps = render_heatmaps(list(people)) * np.float32(strength)
        return render_fields(list(people))[None], heatmaps[None]

    return respond


MIDDLE = standing(GRID[1] / 2, GRID[0] / 2 + 3, 24)


def test_people_are_placed_in_the_part_that_was_looked_at() -> None:
    looking, network = looker(sees(MIDDLE))
    looks = list(looking.looks(noise_image(1080, 1920)))
    assert len(looks) == len(network.images) == 10
    for part, look in zip(parts_of(1920, 1080), looks, strict=True):
        certain = [body for body in look.bodies if body.is_certain]
        assert len(certain) == 1
        head = head_of_pose(certain[0].pose)
        assert head is not None
        assert abs(head.x - (part.left + part.width / 2)) < 0.03 * part.width
        assert part.top < head.y < part.top + part.height / 2


@pytest.mark.parametrize(
    ("strength", "certain", "any_at_all"), [(1, 1, 2), (0.4, 0, 1), (0.05, 0, 0)]
)
def test_what_is_less_certain_is_seen_as_less_certain(
    strength: float, certain: int, any_at_all: int
) -> None:
    looking, _ = looker(sees(MIDDLE, strength=strength))
    (look,) = looking.looks(noise_image(432, 768))
    assert sum(body.is_certain for body in look.bodies) == certain
    assert len(look.bodies) == any_at_all


def test_points_of_a_face_are_told_with_or_without_a_body() -> None:
    looking, _ = looker(sees(MIDDLE), person=0.99, keypoints=18.0)
    (look,) = looking.looks(noise_image(432, 768))
    nose = MIDDLE[0, :2] * 8 * (768 / 456)
    assert any(np.hypot(point.x - nose[0], point.y - nose[1]) < 15 for point in look.face_points)
    assert all(
        point.cell_px == pytest.approx(8 * 768 / 456, rel=0.05) for point in look.face_points
    )


def test_a_body_at_the_edge_of_a_part_is_cut_and_one_at_the_border_of_the_frame_is_not() -> None:
    at_the_left = standing(1.2, GRID[0] / 2 + 3, 24)
    looking, _ = looker(sees(at_the_left))
    looks = list(looking.looks(noise_image(1080, 1920)))
    for part, look in zip(parts_of(1920, 1080), looks, strict=True):
        for body in look.bodies:
            assert body.is_cut == (part.left > 0)
