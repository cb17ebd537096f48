"""The people of rendered scenes: faces, bodies and clothes that go together, drawn at random."""

from __future__ import annotations

from dataclasses import dataclass, replace

from model_assets.training.noise import Rng
from model_assets.training.people.face_identity import FaceIdentity, sample_identity
from model_assets.training.people.head import prepare_head
from model_assets.training.people.person import (
    BodyIdentity,
    Outfit,
    Wearer,
    prepare_wearer,
    sample_body,
    sample_outfit,
)


@dataclass(frozen=True, slots=True)
class Guise:
    """Who somebody is and what they wear: all that determines how they look."""

    face: FaceIdentity
    body: BodyIdentity
    outfit: Outfit

    def prepared(self, detail: int = 1) -> Wearer:
        """Return the person ready to be posed."""
        return prepare_wearer(self.face, self.body, self.outfit, detail)


@dataclass(frozen=True, slots=True, eq=False)
class Player:
    """A person prepared for near and for distant views, which show less detail."""

    near: Wearer
    far: Wearer

    @classmethod
    def of(cls, guise: Guise) -> Player:
        """Prepare a person for both."""
        return cls(guise.prepared(1), guise.prepared(0))


def sample_guise(rng: Rng, bareheaded: bool = False) -> Guise:
    """Return a random person."""
    face = sample_identity(rng)
    body = sample_body(rng)
    while (body.feminine < 0.5) != (face.masculinity > 0):
        body = sample_body(rng)
    outfit = sample_outfit(rng, body.feminine)
    return Guise(face, body, replace(outfit, headwear="none") if bareheaded else outfit)


def cast_people(rng: Rng, count: int) -> list[Player]:
    """Return ``count`` random people."""
    return [Player.of(sample_guise(rng)) for _ in range(count)]


def with_face(wearer: Wearer, face: FaceIdentity) -> Wearer:
    """Return the wearer with another head on the shoulders; much faster than a new body."""
    return replace(wearer, face=face, head=prepare_head(face, wearer.head.detail))
