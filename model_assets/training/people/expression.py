"""What a face does at one moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Expression:
    """A state of the face's muscles.

    Attributes:
        smile: -0.5 (corners of the mouth down) .. 1 (broad, teeth showing).
        mouth_open: 0 .. 1, how far the jaw has dropped.
        brow_raise: -1 (frown) .. 1 (raised).
        blink: 0 (eyes open) .. 1 (closed).
        gaze: where the eyes look: to the person's left and up, -1 .. 1 each.
    """

    smile: float = 0.0
    mouth_open: float = 0.0
    brow_raise: float = 0.0
    blink: float = 0.0
    gaze: tuple[float, float] = (0.0, 0.0)


NEUTRAL = Expression()


def sample_expression(rng: np.random.Generator) -> Expression:
    """Return an everyday expression: mostly calm, sometimes smiling, talking or blinking."""
    smiling = rng.random() < 0.4
    talking = rng.random() < 0.3
    return Expression(
        smile=float(rng.uniform(0.3, 1.0) if smiling else rng.normal(0, 0.12)),
        mouth_open=float(rng.uniform(0.1, 0.7) if talking else 0.0),
        brow_raise=float(np.clip(rng.normal(0, 0.35), -1, 1)),
        blink=float(rng.uniform(0.6, 1.0) if rng.random() < 0.05 else rng.uniform(0, 0.25)),
        gaze=(float(np.clip(rng.normal(0, 0.3), -1, 1)), float(np.clip(rng.normal(0, 0.2), -1, 1))),
    )
