"""How a body is built: stature, proportions and girth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Rng = np.random.Generator
CHILDREN = 0.06
"""Share of children among sampled bodies."""


@dataclass(frozen=True, slots=True)
class BodyIdentity:
    """Numbers that make a body; 1 is average for all factors.

    Attributes:
        height: crown above the floor without shoes, metres.
        feminine: 0 (masculine) .. 1 (feminine) distribution of widths.
        girth: factor of all thicknesses.
        belly: extra depth of the belly, metres.
        bust: extra depth of the chest, metres.
        shoulders: factor of the shoulder width.
        hips: factor of the hip width.
        legs: factor of the leg length.
        arms: factor of the arm length.
        muscle: factor of upper arms, thighs and calves.
        head: factor of the head's size.
        stoop: degrees the upper back is bent forward.
    """

    height: float
    feminine: float
    girth: float
    belly: float
    bust: float
    shoulders: float
    hips: float
    legs: float
    arms: float
    muscle: float
    head: float
    stoop: float

    @property
    def scale(self) -> float:
        """Size relative to a body of 1.75 m."""
        return self.height / 1.75


AVERAGE = BodyIdentity(1.75, 0.3, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 3.0)


def sample_body(rng: Rng) -> BodyIdentity:
    """Return a random body: adults of 1.5 to 1.95 m and a few children."""
    feminine = float(np.clip(rng.choice([0.1, 0.9]) + rng.normal(0, 0.12), 0, 1))
    girth = float(np.clip(rng.normal(1.0, 0.1), 0.82, 1.32))
    height = float(np.clip(rng.normal(1.77 - 0.12 * feminine, 0.07), 1.5, 1.95))
    head = float(rng.normal(1.0, 0.025))
    bust = max(0.0, feminine - 0.4) * float(rng.uniform(0.01, 0.06))
    if rng.random() < CHILDREN:
        height = float(rng.uniform(1.05, 1.45))
        head = float(np.interp(height, [1.05, 1.45], [0.92, 0.97]))
        bust, girth = 0.0, girth * 1.04
    return BodyIdentity(
        height=height,
        feminine=feminine,
        girth=girth,
        belly=max(0.0, float(rng.normal(0.01, 0.025))) + 0.15 * max(0.0, girth - 1.08),
        bust=bust,
        shoulders=float(rng.normal(1.0, 0.04)),
        hips=float(rng.normal(1.0, 0.04)),
        legs=float(rng.normal(1.0, 0.018)),
        arms=float(rng.normal(1.0, 0.02)),
        muscle=float(rng.normal(1.0, 0.06)),
        head=head,
        stoop=float(np.clip(rng.normal(4, 4), -2, 18)),
    )
