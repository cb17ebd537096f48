"""Reference: each photograph gives a template or is refused with the right reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from deep_learning.catalogue import Catalogue
from deep_learning.decode import decode_image
from deep_learning.errors import RejectedInput
from deep_learning.runtime import Runtime
from high_level_algorithms.alignment import REFERENCE_POINTS
from high_level_algorithms.face_quality import QualityLimits
from high_level_algorithms.pipeline import Pipeline, PipelineSettings
from high_level_algorithms.reference import Reference, reference_of, unfit_template
from high_level_algorithms.types import (
    Face,
    FaceStatus,
    Landmarks,
    Person,
    Refusal,
    RefusalReason,
    Square,
)

from tests.enrolment_photographs import (
    DARK,
    FRONT,
    LIGHT,
    Image,
    blurred,
    cut,
    empty_room,
    encoded,
    lit,
    one_far_behind,
    one_in_profile,
    portrait,
    scaled,
    two_people,
    wall,
)
from tests.factories import face_pose, noise_image
from tests.shared_material import (
    ABSENT,
    IMAGES,
    REAL_SET,
    REPOSITORY,
    SHARED,
    assemble_networks,
)

EMPTY = np.empty((0, 256), np.float32)


class Unwatched:
    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        yield


STAGES = Unwatched()


# --- what is decided about the people seen, with a fake pipeline --------------------------------


@dataclass
class FakePipeline:
    """Sees the people it is told to see on a picture of noise."""

    people: Sequence[Person]
    side: int = 400
    embedded: list[Landmarks] = field(default_factory=list)

    def photographed(self, data: bytes, stages: Unwatched) -> tuple[Image, tuple[Person, ...]]:
        noise = cv2.GaussianBlur(noise_image(self.side, self.side), (0, 0), 1)
        return np.asarray(noise, np.uint8), tuple(self.people)

    def template(self, image: Image, landmarks: Landmarks, stages: Unwatched) -> np.ndarray:
        self.embedded.append(landmarks)
        return unit(1)


def unit(*values: float) -> np.ndarray:
    vector = np.zeros(256, np.float32)
    vector[: len(values)] = values
    return vector / np.linalg.norm(vector)


def visible(x: float = 200, y: float = 200, face_px: float = 120) -> Person:
    landmarks = Landmarks((REFERENCE_POINTS - 0.5) * face_px + (x, y))
    left, right, nose = (tuple(point) for point in landmarks.points[:3])
    pose = face_pose(right_eye=left, left_eye=right, nose=nose)
    return Person(pose, Face(FaceStatus.UNKNOWN, Square(x, y, face_px), landmarks))


def hidden(**points: tuple[float, float]) -> Person:
    return Person(face_pose(**points), Face(FaceStatus.NOT_VISIBLE))


PROFILE = {"nose": (200, 200), "left_eye": (210, 180), "left_ear": (270, 190)}
FAR_PROFILE = {"nose": (50, 50), "left_eye": (52, 46), "left_ear": (66, 48)}
CUT = {"nose": (5, 200), "left_eye": (20, 180), "left_ear": (80, 190)}
BACK = {"neck": (200, 200), "right_shoulder": (150, 210), "left_shoulder": (250, 210)}


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        ([], RefusalReason.NO_FACE),
        ([hidden(**BACK)], RefusalReason.NO_FACE),
        ([hidden(nose=(200, 200))], RefusalReason.NO_FACE),
        ([hidden(**PROFILE)], RefusalReason.TURNED_AWAY),
        ([hidden(**CUT)], RefusalReason.CUT_BY_BORDER),
        ([hidden(nose=(4, 90), left_eye=(8, 90))], RefusalReason.CUT_BY_BORDER),
        ([visible(120), visible(280)], RefusalReason.SEVERAL_FACES),
        ([visible(120), visible(280, face_px=48.1)], RefusalReason.SEVERAL_FACES),
        ([visible(120), visible(280, face_px=47.9)], None),
        ([visible(280, face_px=40), visible(120)], None),
        ([visible(120), hidden(**PROFILE)], RefusalReason.SEVERAL_FACES),
        ([visible(250), hidden(**FAR_PROFILE)], None),
        ([visible(60, 60, face_px=30), hidden(**PROFILE)], RefusalReason.TURNED_AWAY),
        ([visible(120), hidden(**BACK)], None),
        ([visible(20)], RefusalReason.CUT_BY_BORDER),
        ([visible(face_px=40)], RefusalReason.TOO_SMALL),
        ([visible()], None),
    ],
)
def test_who_is_taken_for_the_person(people: list[Person], reason: RefusalReason | None) -> None:
    pipeline: Any = FakePipeline(people)
    outcome = reference_of(b"", pipeline, STAGES)
    assert (outcome.reason if isinstance(outcome, Refusal) else None) is reason
    assert len(pipeline.embedded) == (reason is None)


def test_the_template_is_made_of_the_largest_face() -> None:
    near = visible(120)
    pipeline: Any = FakePipeline([visible(300, face_px=40), near])
    outcome = reference_of(b"", pipeline, STAGES)
    assert isinstance(outcome, Reference)
    assert pipeline.embedded == [near.face.landmarks]
    np.testing.assert_array_equal(outcome.template, unit(1))
    assert outcome.quality.inter_ocular_px == pytest.approx(near.face.landmarks.inter_ocular_px)


def test_the_limits_are_those_given() -> None:
    pipeline: Any = FakePipeline([visible()])
    outcome = reference_of(b"", pipeline, STAGES, QualityLimits(least_inter_ocular_px=45))
    assert isinstance(outcome, Refusal)
    assert (outcome.reason, "45" in outcome.text) == (RefusalReason.TOO_SMALL, True)


# --- a template against those there are ---------------------------------------------------------

MINE, THEIRS, NOBODYS = unit(1, 0, 0), unit(0, 1, 0), unit(0, 0, 1)


@pytest.mark.parametrize(
    ("template", "own", "others", "least_own", "reason"),
    [
        (MINE, [], [], None, None),
        (MINE, [MINE], [THEIRS], None, None),
        (MINE, [NOBODYS, MINE], [THEIRS], None, None),
        (NOBODYS, [MINE], [THEIRS], None, RefusalReason.UNLIKE_OWN),
        (THEIRS, [MINE], [THEIRS], None, RefusalReason.LIKE_OTHER),
        (THEIRS, [], [NOBODYS, THEIRS], None, RefusalReason.LIKE_OTHER),
        (unit(1, 1), [MINE], [THEIRS], None, RefusalReason.LIKE_OTHER),
        (unit(6, 8), [MINE], [], None, None),
        (unit(5.9, 8.1), [MINE], [], None, RefusalReason.UNLIKE_OWN),
        (unit(5.9, 8.1), [MINE], [], 0.5, None),
        (unit(0, 6, 8), [], [THEIRS], None, RefusalReason.LIKE_OTHER),
        (unit(0, 5.9, 8.1), [], [THEIRS], None, None),
    ],
)
def test_a_template_fits_to_its_person_alone(
    template: np.ndarray,
    own: list[np.ndarray],
    others: list[np.ndarray],
    least_own: float | None,
    reason: RefusalReason | None,
) -> None:
    arrays = [np.array(group, np.float32).reshape(-1, 256) for group in (own, others)]
    refusal = unfit_template(template, *arrays, threshold=0.6 - 1e-6, least_own_score=least_own)
    assert (refusal and refusal.reason) is reason


def test_the_words_give_score_and_threshold() -> None:
    refusal = unfit_template(THEIRS, EMPTY, THEIRS[None], threshold=0.36)
    assert refusal is not None
    assert refusal.text == (
        "comparison score 1.000 with a template of another person; it must be below 0.36"
    )


# --- rendered people: the demo set, and the real networks where they are ------------------------


@pytest.fixture(scope="module")
def demo() -> Pipeline:
    catalogue = Catalogue.read(REPOSITORY / "model_assets" / "manifest.json", "demo")
    return Pipeline.load(Runtime(threads=2), catalogue, PipelineSettings())


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    if not SHARED.is_dir():
        pytest.skip(ABSENT)
    catalogue = Catalogue.read(assemble_networks(tmp_path_factory.mktemp("networks")), REAL_SET)
    return Pipeline.load(Runtime(threads=2), catalogue, PipelineSettings())


@pytest.fixture(params=["demo", "real"])
def either(request: pytest.FixtureRequest) -> Pipeline:
    pipeline: Pipeline = request.getfixturevalue(request.param)
    return pipeline


RENDERED: dict[str, tuple[Callable[[], Image], RefusalReason | None]] = {
    "front": (lambda: portrait(FRONT), None),
    "front, another": (lambda: portrait(LIGHT), None),
    "front, very dark skin": (lambda: portrait(DARK), None),
    "from the right": (lambda: portrait(LIGHT, 22), None),
    "from the left": (lambda: portrait(LIGHT, -22), None),
    "at two thirds of the size": (lambda: scaled(0.7)(portrait(LIGHT)), None),
    "a little soft": (lambda: blurred(0.5)(portrait(LIGHT)), None),
    "a little dark": (lambda: lit(0.6)(portrait(LIGHT)), None),
    "somebody far behind": (one_far_behind, None),
    "empty room": (empty_room, RefusalReason.NO_FACE),
    "wall": (wall, RefusalReason.NO_FACE),
    "two people": (two_people, RefusalReason.SEVERAL_FACES),
    "two people, one in profile": (one_in_profile, RefusalReason.SEVERAL_FACES),
    "tiny": (lambda: scaled(0.35)(portrait(LIGHT)), RefusalReason.TOO_SMALL),
    "tiny, another": (lambda: scaled(0.35)(portrait(FRONT)), RefusalReason.TOO_SMALL),
    "blurred": (lambda: blurred(3.0)(portrait(LIGHT)), RefusalReason.BLURRED),
    "blurred, another": (lambda: blurred(3.0)(portrait(FRONT)), RefusalReason.BLURRED),
    "underexposed": (lambda: lit(0.15)(portrait(LIGHT)), RefusalReason.UNDEREXPOSED),
    "underexposed, another": (lambda: lit(0.15)(portrait(FRONT)), RefusalReason.UNDEREXPOSED),
    "overexposed": (lambda: lit(3.0)(portrait(LIGHT)), RefusalReason.OVEREXPOSED),
    "overexposed, another": (lambda: lit(2.5)(portrait(FRONT)), RefusalReason.OVEREXPOSED),
    "turned away": (lambda: portrait(LIGHT, 75), RefusalReason.TURNED_AWAY),
    "turned away to the left": (lambda: portrait(LIGHT, -75), RefusalReason.TURNED_AWAY),
    "turned away, another": (lambda: portrait(DARK, -75), RefusalReason.TURNED_AWAY),
    "from behind": (lambda: portrait(LIGHT, 180), RefusalReason.TURNED_AWAY),
    "cut at the left": (cut(LIGHT, left=470), RefusalReason.CUT_BY_BORDER),
    "cut at the right": (cut(DARK, right=490), RefusalReason.CUT_BY_BORDER),
    "cut at the top": (cut(LIGHT, top=440), RefusalReason.CUT_BY_BORDER),
    "cut at the bottom": (cut(DARK, bottom=500), RefusalReason.CUT_BY_BORDER),
}


@pytest.mark.parametrize("case", RENDERED)
def test_rendered_photographs(either: Pipeline, case: str) -> None:
    photograph, reason = RENDERED[case]
    outcome = reference_of(encoded(photograph()), either, STAGES)
    if reason is None:
        assert isinstance(outcome, Reference), outcome
        assert outcome.template.shape == (256,)
        assert np.linalg.norm(outcome.template) == pytest.approx(1, abs=1e-5)
    else:
        assert isinstance(outcome, Refusal), outcome.quality
        assert outcome.reason is reason, outcome.text


def template_of(pipeline: Pipeline, data: bytes) -> np.ndarray:
    outcome = reference_of(data, pipeline, STAGES)
    assert isinstance(outcome, Reference), outcome
    return outcome.template


def test_rendered_people_fit_to_themselves_alone(demo: Pipeline) -> None:
    front, right, left, second, third = (
        template_of(demo, encoded(photograph))
        for photograph in (
            portrait(LIGHT),
            portrait(LIGHT, 22),
            portrait(LIGHT, -22),
            portrait(FRONT),
            portrait(DARK),
        )
    )
    own, others = np.array([front, right]), np.array([second])
    reason = reason_with(demo.identification_threshold)
    assert reason(left, own, others) is None
    assert reason(third, EMPTY, np.array([front, second])) is None
    # Somebody else's photograph, of a stranger and of an enrolled person, put under a person.
    assert reason(third, own, others) is RefusalReason.UNLIKE_OWN
    assert reason(second, own, others) is RefusalReason.LIKE_OTHER
    # The person's own photograph put under a second person, with and without templates.
    assert reason(left, others, own) is RefusalReason.LIKE_OTHER
    assert reason(left, EMPTY, own) is RefusalReason.LIKE_OTHER


Check = Callable[[np.ndarray, np.ndarray, np.ndarray], RefusalReason | None]


def reason_with(threshold: float) -> Check:
    def reason(template: np.ndarray, own: np.ndarray, others: np.ndarray) -> RefusalReason | None:
        refusal = unfit_template(template, own, others, threshold)
        return refusal and refusal.reason

    return reason


def test_the_same_photograph_gives_the_same_template(demo: Pipeline) -> None:
    first, again = (template_of(demo, encoded(portrait(LIGHT))) for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_what_cannot_be_decoded_is_rejected(demo: Pipeline) -> None:
    with pytest.raises(RejectedInput):
        reference_of(b"no image", demo, STAGES)


# --- real photographs ---------------------------------------------------------------------------

OBAMA, ROSE = "knn_train_obama_obama.jpg", "knn_train_rose_leslie_img1.jpg"
BIDEN, KIT = "knn_train_biden_biden2.jpg", "knn_train_kit_harington_john1.jpeg"

REAL: list[tuple[str, Callable[[Image], Image] | None, RefusalReason | None]] = [
    ("alex-lacamoire.png", None, None),
    ("biden.jpg", None, None),
    ("knn_test_alex_lacamoire1.jpg", None, None),
    ("knn_test_johnsnow_test1.jpg", None, None),
    ("knn_test_obama1.jpg", None, None),
    ("knn_train_alex_lacamoire_img1.jpg", None, None),
    (BIDEN, None, None),
    (KIT, None, None),
    ("knn_train_kit_harington_john2.jpeg", None, None),
    (OBAMA, None, None),
    ("knn_train_obama_obama2.jpg", None, None),
    (ROSE, None, None),
    ("knn_train_rose_leslie_img2.jpg", None, None),
    ("lin-manuel-miranda.png", None, None),
    ("obama_small.jpg", None, None),
    ("obama-480p.jpg", None, None),
    ("test_obama3.jpg", None, None),
    ("knn_test_kit_with_rose.jpg", None, RefusalReason.SEVERAL_FACES),
    ("knn_test_obama_and_biden.jpg", None, RefusalReason.SEVERAL_FACES),
    ("two_people.jpg", None, RefusalReason.SEVERAL_FACES),
    ("test_obama_partial_face.jpg", None, RefusalReason.CUT_BY_BORDER),
    ("test_obama_partial_face2.jpg", None, RefusalReason.CUT_BY_BORDER),
    ("obama_small.jpg", scaled(0.35), RefusalReason.TOO_SMALL),
    (KIT, scaled(0.35), RefusalReason.TOO_SMALL),
    (OBAMA, blurred(7.0), RefusalReason.BLURRED),
    (ROSE, blurred(8.0), RefusalReason.BLURRED),
    (KIT, blurred(3.5), RefusalReason.BLURRED),
    (OBAMA, lit(0.15), RefusalReason.UNDEREXPOSED),
    (BIDEN, lit(0.15), RefusalReason.UNDEREXPOSED),
    (ROSE, lit(0.15), RefusalReason.UNDEREXPOSED),
    (OBAMA, lit(3.0), RefusalReason.OVEREXPOSED),
    (BIDEN, lit(3.0), RefusalReason.OVEREXPOSED),
    (KIT, lit(3.0), RefusalReason.OVEREXPOSED),
]


def real_photograph(name: str) -> bytes:
    return (IMAGES / "faces" / name).read_bytes()


@pytest.mark.parametrize(("name", "change", "reason"), REAL)
def test_real_photographs(
    real: Pipeline,
    name: str,
    change: Callable[[Image], Image] | None,
    reason: RefusalReason | None,
) -> None:
    data = real_photograph(name)
    if change is not None:
        data = encoded(change(decode_image(data)))
    outcome = reference_of(data, real, STAGES)
    assert (outcome.reason if isinstance(outcome, Refusal) else None) is reason, outcome


def test_real_photographs_without_people(real: Pipeline) -> None:
    paths: list[Path] = sorted((IMAGES / "no_people").iterdir())
    outcomes = [reference_of(path.read_bytes(), real, STAGES) for path in paths]
    assert paths
    assert {getattr(outcome, "reason", None) for outcome in outcomes} == {RefusalReason.NO_FACE}


def test_real_people_fit_to_themselves_alone(real: Pipeline) -> None:
    obama, again, biden, rose = (
        template_of(real, real_photograph(name))
        for name in (OBAMA, "knn_train_obama_obama2.jpg", BIDEN, ROSE)
    )
    reason = reason_with(real.identification_threshold)
    own, others = obama[None], biden[None]
    assert reason(again, own, others) is None
    assert reason(rose, own, others) is RefusalReason.UNLIKE_OWN
    assert reason(biden, own, others) is RefusalReason.LIKE_OTHER
    assert reason(again, others, own) is RefusalReason.LIKE_OTHER
