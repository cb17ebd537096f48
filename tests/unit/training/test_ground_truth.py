import numpy as np
import pytest
from high_level_algorithms.skeleton import KEYPOINT_COUNT, LEFT_EAR, LEFT_EYE, NOSE, RIGHT_EYE

from model_assets.training.ground_truth import HIDDEN, LABELLED, SEEN, Sighting, sightings
from model_assets.training.people.figure import Figure
from model_assets.training.rendering.scene import NOBODY, Camera, Render

CAMERA = Camera((0.0, -5.0, 1.0), (0.0, 0.0, 1.0), 60.0, 200, 100)
ELBOW = 3
DISTANCE = 5.0


def figure(facing: tuple[float, float, float] = (0.0, -1.0, 0.0)) -> Figure:
    """All keypoints 5 m ahead of the camera, in a row that ends outside the picture."""
    keypoints = np.zeros((KEYPOINT_COUNT, 3), np.float32)
    keypoints[:, 0] = np.linspace(-1, 1, KEYPOINT_COUNT)
    keypoints[:, 2] = 1.0
    keypoints[LEFT_EAR] = (9.0, 0.0, 1.0)
    return Figure((), keypoints, np.zeros((5, 3), np.float32), np.float32(facing))


def render(owner: int, depth: float) -> Render:
    """A wall of one owner at one depth."""
    return Render(
        np.zeros((100, 200, 3), np.uint8),
        np.full((100, 200), depth, np.float32),
        np.full((100, 200), owner, np.int16),
    )


@pytest.mark.parametrize(
    ("owner", "depth", "elbow", "nose"),
    [
        (0, DISTANCE - 0.01, SEEN, SEEN),
        (0, DISTANCE - 0.10, SEEN, HIDDEN),  # the joint lies inside the arm; the nose does not
        (0, DISTANCE - 0.40, LABELLED, HIDDEN),  # behind the own body
        (1, DISTANCE - 0.40, HIDDEN, HIDDEN),  # behind somebody else
        (NOBODY, DISTANCE - 2.0, HIDDEN, HIDDEN),  # behind a wall
        (NOBODY, DISTANCE + 3.0, SEEN, HIDDEN),  # only the background is left at a thin limb
    ],
)
def test_what_hides_a_keypoint_decides_its_flag(
    owner: int, depth: float, elbow: int, nose: int
) -> None:
    (sighting,) = sightings([figure()], CAMERA, render(owner, depth))
    assert sighting.keypoints[ELBOW, 2] == elbow
    assert sighting.keypoints[NOSE, 2] == nose


def test_what_is_outside_the_picture_is_not_labelled() -> None:
    (sighting,) = sightings([figure()], CAMERA, render(0, DISTANCE))
    assert sighting.keypoints[LEFT_EAR, 2] == HIDDEN
    assert not 0 <= sighting.keypoints[LEFT_EAR, 0] < CAMERA.width


def test_box_encloses_all_pixels_of_the_figure() -> None:
    seen = render(NOBODY, DISTANCE)
    seen.owner[20:31, 50:71] = 0
    (sighting,) = sightings([figure()], CAMERA, seen)
    assert sighting.box == (50, 20, 71, 31)
    (unseen,) = sightings([figure()], CAMERA, render(NOBODY, DISTANCE))
    assert unseen.box == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("facing", "cosine"), [((0, -1, 0), 1.0), ((0, 1, 0), -1.0), ((1, 0, 0), 0.0)]
)
def test_frontal_is_the_cosine_between_gaze_and_camera(
    facing: tuple[float, float, float], cosine: float
) -> None:
    level = Camera((0.0, -5.0, 0.0), (0.0, 0.0, 0.0), 60.0, 200, 100)
    (sighting,) = sightings([figure(facing)], level, render(0, DISTANCE))
    assert sighting.frontal == pytest.approx(cosine, abs=1e-6)


def sighting(seen: int, torso_px: float) -> Sighting:
    keypoints = np.zeros((KEYPOINT_COUNT, 3), np.float32)
    keypoints[:seen, 2] = SEEN
    keypoints[[8, 11], 1] = torso_px
    return Sighting(keypoints, (0, 0, 9, 9), np.zeros((5, 2), np.float32), 1.0)


@pytest.mark.parametrize(
    ("seen", "torso_px", "scale", "visible"),
    [(18, 40, 0.5, True), (18, 40, 0.3, False), (7, 40, 0.5, False), (8, 28, 0.5, True)],
)
def test_visible_is_who_shows_enough_and_is_large_enough(
    seen: int, torso_px: float, scale: float, visible: bool
) -> None:
    assert sighting(seen, torso_px).is_visible(scale) is visible


def test_face_shows_with_nose_and_both_eyes_only() -> None:
    whole = sighting(18, 40)
    assert whole.shows_face
    for hidden in (NOSE, RIGHT_EYE, LEFT_EYE):
        keypoints = whole.keypoints.copy()
        keypoints[hidden, 2] = LABELLED
        assert not Sighting(keypoints, whole.box, whole.landmarks, 1.0).shows_face
