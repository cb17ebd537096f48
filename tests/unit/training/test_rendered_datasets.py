from itertools import islice

import numpy as np
import pytest

from model_assets.training.casting import sample_guise
from model_assets.training.evaluation_scenes import assemble_company, evaluation_frames
from model_assets.training.face_dataset import SIDE, pictures_of
from model_assets.training.ground_truth import LABELLED, SEEN, Sighting
from model_assets.training.pose_dataset import HEIGHT, WIDTH, PoseFrame, frames_of, is_taught
from model_assets.training.staging import sample_locations


@pytest.fixture(scope="module")
def frames() -> list[PoseFrame]:
    return list(islice(frames_of(np.random.default_rng(1), 8), 8))


def test_frames_come_as_the_network_gets_them(frames: list[PoseFrame]) -> None:
    assert {frame.images.shape for frame in frames} == {(HEIGHT, WIDTH, 3)}
    assert len(np.unique(frames[0].images)) > 100


def test_labelled_keypoints_are_in_the_picture_and_others_are_zero(
    frames: list[PoseFrame],
) -> None:
    keypoints = np.concatenate([frame.keypoints.reshape(-1, 3) for frame in frames])
    labelled = keypoints[keypoints[:, 2] > 0]
    assert len(labelled) > 50
    assert (labelled[:, :2] >= 0).all()
    assert (labelled[:, :2] <= (WIDTH, HEIGHT)).all()
    assert not keypoints[keypoints[:, 2] == 0].any()


def test_frames_follow_their_seed(frames: list[PoseFrame]) -> None:
    (again,) = islice(frames_of(np.random.default_rng(1), 8), 1)
    (other,) = islice(frames_of(np.random.default_rng(2), 8), 1)
    assert np.array_equal(again.images, frames[0].images)
    assert np.array_equal(again.keypoints, frames[0].keypoints)
    assert not np.array_equal(other.images, frames[0].images)


@pytest.mark.parametrize(
    ("seen", "torso", "taught"), [(5, 12, True), (4, 20, False), (6, 11, False)]
)
def test_who_is_too_small_or_hidden_is_not_taught(seen: int, torso: float, taught: bool) -> None:
    keypoints = np.zeros((18, 3), np.float32)
    keypoints[:, 2] = LABELLED
    keypoints[:seen, 2] = SEEN
    keypoints[[8, 11], 1] = torso
    sighting = Sighting(keypoints, (0, 0, 9, 9), np.zeros((5, 2), np.float32), 1.0)
    assert is_taught(sighting) is taught


def test_face_pictures_show_all_landmarks_the_right_eye_first() -> None:
    rng = np.random.default_rng(3)
    locations = sample_locations(rng, 1)
    wearer = sample_guise(rng, bareheaded=True).prepared()
    drawn = list(pictures_of(rng, wearer, locations, 3))
    for image, landmarks in drawn:
        assert image.shape == (SIDE, SIDE, 3)
        assert ((landmarks > 0) & (landmarks < SIDE)).all()
        assert landmarks[0, 0] < landmarks[1, 0]
        assert landmarks[:2, 1].max() < landmarks[3:, 1].min()
    assert not np.array_equal(drawn[0][0], drawn[1][0])


def test_evaluation_knows_who_is_enrolled() -> None:
    people = assemble_company(1, enrolled=1, strangers=1)
    assert [people.person_id(index) for index in range(2)] == ["person-01", None]
    assert [picture.shape for picture in people.references["person-01"]] == [(960, 960, 3)] * 3
    surveyed, *at_doors = evaluation_frames(1, people, 1, 3)
    assert {frame.image.shape for frame in (surveyed, *at_doors)} == {(720, 1280, 3)}
    actors = [actor for frame in at_doors for actor in frame.actors]
    assert actors
    assert min(actor.sighting.frontal for actor in actors) > 0.5
