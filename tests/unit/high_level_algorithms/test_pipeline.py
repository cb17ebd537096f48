"""The flow: what each frame ends as, which networks it reaches, who is named."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import cv2
import numpy as np
import pytest
from deep_learning.errors import Reason, RejectedInput
from high_level_algorithms.body_pose import BodyPose
from high_level_algorithms.camera_cover import CameraCover
from high_level_algorithms.embedding import FaceEmbedder
from high_level_algorithms.identification import Gallery
from high_level_algorithms.landmarks import LandmarkFinder
from high_level_algorithms.pipeline import Pipeline, PipelineSettings
from high_level_algorithms.pose_decoding import PoseThresholds
from high_level_algorithms.types import FaceStatus, FrameStatus, Points

from tests.factories import GRID, render_fields, render_heatmaps, standing
from tests.fakes import FakeNetwork

WIDTH, HEIGHT = 456, 256
RED, GREEN = (20, 20, 230), (20, 230, 20)
STAGES = [
    "decode",
    "fit",
    "camera_cover",
    "body_pose",
    "head_region",
    "landmarks",
    "embedding",
    "identification",
]
FACE = np.array([(0.25, 0.25), (0.75, 0.25), (0.5, 0.5), (0.3, 0.75), (0.7, 0.75)])


class StageLog:
    def __init__(self) -> None:
        self.names: list[str] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.names.append(name)
        yield


class Networks:
    """Four fakes that see what is drawn: people where told, faces of one colour each."""

    def __init__(self, people: Sequence[Points], covered: float = 0.01) -> None:
        self.cover = FakeNetwork((64, 96), lambda _: (np.array([[1 - covered, covered]]),))
        self.pose = FakeNetwork(
            (HEIGHT, WIDTH),
            lambda _: (render_fields(people)[None], render_heatmaps(people)[None]),
        )
        self.landmarks = FakeNetwork((48, 48), lambda _: (FACE.reshape(1, 10, 1, 1),))
        self.embedding = FakeNetwork((128, 128), self._colour_of_the_face)

    @staticmethod
    def _colour_of_the_face(image: np.ndarray) -> tuple[np.ndarray]:
        vector = np.zeros((1, 256, 1, 1), np.float32)
        vector[0, :3, 0, 0] = image[48:80, 48:80].mean((0, 1)) - 60
        return (vector,)

    def pipeline(self, least_inter_ocular_px: float = 12.0) -> Pipeline:
        return Pipeline(
            CameraCover(self.cover, threshold=0.5),
            BodyPose(self.pose, PoseThresholds(peak=0.1, person=0.3)),
            LandmarkFinder(self.landmarks, passes=2),
            FaceEmbedder(self.embedding),
            identification_threshold=0.36,
            settings=PipelineSettings(
                landmark_passes=2, least_inter_ocular_px=least_inter_ocular_px
            ),
        )


def person(x: float, missing: Sequence[str] = ()) -> Points:
    return standing(x, GRID[0] / 2 + 3, 24, missing=missing)


def frame(faces: dict[float, tuple[int, int, int]] | None = None) -> bytes:
    """Return a JPEG with a coloured face for each person, at twice the network's size."""
    image = np.full((2 * HEIGHT, 2 * WIDTH, 3), 60, np.uint8)
    for x, colour in (faces or {}).items():
        nose = person(x)[0, :2] * 16
        cv2.circle(image, tuple(nose.round().astype(int).tolist()), 40, colour, -1)
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()


def unit(*values: float) -> np.ndarray:
    vector = np.zeros(256, np.float32)
    vector[: len(values)] = values
    return vector / np.linalg.norm(vector)


GALLERY = Gallery.of({"red": [unit(-40, -40, 170)]})
NOBODY = Gallery.of({})


def test_a_frame_passes_all_stages_in_order() -> None:
    log = StageLog()
    Networks([person(20)]).pipeline().analyse(frame(), NOBODY, log)
    assert log.names == STAGES


def test_a_covered_camera_ends_the_flow() -> None:
    networks, log = Networks([person(20)], covered=0.9), StageLog()
    findings = networks.pipeline().analyse(frame(), NOBODY, log)
    assert findings.status is FrameStatus.COVERED
    assert findings.cover.probability == pytest.approx(0.9)
    assert findings.persons == ()
    assert log.names == STAGES[:3]
    assert networks.pose.images == []


@pytest.mark.parametrize(("probability", "covered"), [(0.49, False), (0.5, True)])
def test_the_threshold_itself_is_covered(probability: float, covered: bool) -> None:
    findings = Networks([], covered=probability).pipeline().analyse(frame(), NOBODY, StageLog())
    assert findings.cover.covered is covered


def test_an_empty_scene_is_analysed_and_nobody_is_found() -> None:
    networks = Networks([])
    findings = networks.pipeline().analyse(frame(), GALLERY, StageLog())
    assert (findings.status, findings.persons) == (FrameStatus.ANALYSED, ())
    assert networks.landmarks.images == networks.embedding.images == []


def test_known_unknown_and_turned_away() -> None:
    people = {12: RED, 28: GREEN, 44: RED}
    networks = Networks([person(12), person(28), person(44, missing=["left_eye"])])
    findings = networks.pipeline().analyse(frame(people), GALLERY, StageLog())
    by_x = sorted(findings.persons, key=lambda found: found.pose.keypoints[1, 0])
    assert [found.face.status for found in by_x] == [
        FaceStatus.IDENTIFIED,
        FaceStatus.UNKNOWN,
        FaceStatus.NOT_VISIBLE,
    ]
    identity = by_x[0].face.identity
    assert identity is not None
    assert identity.person_id == "red"
    assert identity.score > 0.95
    assert by_x[1].face.identity is None
    assert len(networks.embedding.images) == 2


def test_keypoints_are_in_pixels_of_the_frame() -> None:
    findings = Networks([person(20)]).pipeline().analyse(frame(), NOBODY, StageLog())
    (found,) = findings.persons
    assert found.pose.keypoints[:, :2] == pytest.approx(person(20)[:, :2] * 16, abs=2.5)


def test_a_small_face_is_found_but_not_compared() -> None:
    networks = Networks([person(20)])
    pipeline = networks.pipeline(least_inter_ocular_px=80)
    (found,) = pipeline.analyse(frame({20: RED}), GALLERY, StageLog()).persons
    assert found.face.status is FaceStatus.TOO_SMALL
    assert found.face.region is not None
    assert found.face.identity is None
    assert networks.embedding.images == []


def test_a_reference_photograph_gives_one_embedding_a_face() -> None:
    networks = Networks([person(14), person(40), person(28, missing=["nose"])])
    data = frame({14: RED, 40: GREEN})
    embeddings = networks.pipeline().embeddings(data, StageLog())
    assert embeddings.shape == (2, 256)
    best = embeddings @ unit(-40, -40, 170)
    assert sorted(best > 0.95) == [False, True]


def test_what_cannot_be_decoded_is_rejected_before_any_network() -> None:
    networks = Networks([])
    with pytest.raises(RejectedInput) as rejection:
        networks.pipeline().analyse(b"no image", NOBODY, StageLog())
    assert rejection.value.reason is Reason.UNSUPPORTED_FORMAT
    assert networks.cover.images == []
