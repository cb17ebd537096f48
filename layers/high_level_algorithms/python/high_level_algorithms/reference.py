"""Reference: from one photograph of a person to a template, or to the reason why not.

Says nothing of who is on the photograph; a refusal names nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from high_level_algorithms.face_quality import (
    FaceQuality,
    QualityLimits,
    first_shortcoming,
    measure,
)
from high_level_algorithms.pipeline import Pipeline, Stages
from high_level_algorithms.skeleton import LEFT_EAR, LEFT_EYE, NOSE, RIGHT_EAR, RIGHT_EYE
from high_level_algorithms.types import Floats, Image, Person, Refusal
from high_level_algorithms.types import RefusalReason as Reason

DEFAULT_QUALITY_LIMITS = QualityLimits()

# A head of less than this share of the largest one's size is background: somebody at least two
# and a half times as far away. Nobody takes them for the person whose photograph it is.
_BACKGROUND = 0.4
_HEAD = (NOSE, RIGHT_EYE, LEFT_EYE, RIGHT_EAR, LEFT_EAR)
# From nose to ear of a head in profile, as against the side of a head region: both show one head.
_REGION_PER_SPREAD = 1.3
# Share of the longer side; what is cut off is often seen in the last cells of the pose's heatmaps.
_BORDER = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """What a photograph gives for the gallery.

    Attributes:
        template: float32 [256], unit length.
        quality: of the face it was made of.
    """

    template: Floats
    quality: FaceQuality


def reference_of(
    data: bytes,
    pipeline: Pipeline,
    stages: Stages,
    limits: QualityLimits = DEFAULT_QUALITY_LIMITS,
) -> Reference | Refusal:
    """Make a template of the one person on a photograph.

    Args:
        data: JPEG or PNG file.
        pipeline: its networks make the template; its settings bound the image.
        stages: watches the steps.
        limits: what the face must fulfil.

    Raises:
        RejectedInput: the file cannot be decoded; the reason is in the error.
    """
    image, people = pipeline.photographed(data, stages)
    person = _only_person(people)
    if isinstance(person, Refusal):
        return person
    if person.face.landmarks is None:
        return _hidden_face(image, person)
    quality = measure(image, person.pose, person.face.landmarks)
    shortcoming = first_shortcoming(quality, limits)
    if shortcoming is not None:
        return shortcoming
    return Reference(pipeline.template(image, person.face.landmarks, stages), quality)


def unfit_template(
    template: Floats,
    own: Floats,
    others: Floats,
    threshold: float,
    least_own_score: float | None = None,
) -> Refusal | None:
    """Return why a new template must not become one of a person's, None if it may.

    A template that would identify somebody else is refused before one that is merely unlike: it
    makes two people of the gallery indistinguishable.

    Args:
        template: float32 [256], unit length.
        own: float32 [n, 256], the person's templates so far; with none, anything is like them.
        others: float32 [m, 256], the templates of everybody else.
        threshold: least comparison score (cosine) of an identification.
        least_own_score: of the best of the person's own templates; without, ``threshold``.
    """
    if len(others) and (score := float((others @ template).max())) >= threshold:
        return Refusal(
            Reason.LIKE_OTHER,
            f"comparison score {score:.3f} with a template of another person; "
            f"it must be below {threshold:g}",
        )
    least = threshold if least_own_score is None else least_own_score
    if len(own) and (score := float((own @ template).max())) < least:
        return Refusal(
            Reason.UNLIKE_OWN,
            f"comparison score {score:.3f} at best with the person's other templates; "
            f"at least {least:g} is needed",
        )
    return None


def _only_person(people: tuple[Person, ...]) -> Person | Refusal:
    """Return the person of the largest head; turned heads count, those far behind do not."""
    by_size = sorted(people, key=_head_px, reverse=True)
    if not by_size or not _head_px(by_size[0]):
        return Refusal(Reason.NO_FACE, "no face was found; there must be one")
    largest = _head_px(by_size[0])
    count = sum(_head_px(person) >= _BACKGROUND * largest for person in by_size)
    if count > 1:
        return Refusal(
            Reason.SEVERAL_FACES,
            f"{count} people are near the camera; there must be one, and any other at most "
            f"{_BACKGROUND:.0%} of their size",
        )
    return by_size[0]


def _head_px(person: Person) -> float:
    """Return the side of the square around a head, 0 where no two points of it were seen."""
    region = person.face.region
    return region.side if region is not None else _REGION_PER_SPREAD * _spread_px(_seen(person))


def _hidden_face(image: Image, person: Person) -> Refusal:
    """Tell a head that is cut from one that is turned away: the border is near, or it is not."""
    seen = _seen(person)
    height, width = image.shape[:2]
    to_border = min(min(x, y, width - x, height - y) for x, y in seen)
    if to_border < max(_spread_px(seen) / 2, _BORDER * max(width, height)):
        return Refusal(
            Reason.CUT_BY_BORDER, "the border hides the nose or an eye; all three must be seen"
        )
    return Refusal(
        Reason.TURNED_AWAY, "of nose and eyes only some are seen; all three must be seen"
    )


def _seen(person: Person) -> list[tuple[float, float]]:
    """Return x, y of nose, eyes and ears, as far as they were seen."""
    points = person.pose.keypoints[list(_HEAD)].tolist()
    return [(x, y) for x, y, score in points if score > 0]


def _spread_px(points: list[tuple[float, float]]) -> float:
    """Return the greatest distance between two of the points."""
    return max((hypot(x - u, y - v) for x, y in points for u, v in points), default=0.0)
