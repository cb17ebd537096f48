"""How the skin of a head moves with the expression: displacements that add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model_assets.training.people.expression import Expression
from model_assets.training.people.face_plan import FacePlan
from model_assets.training.people.head_grid import LIP_GAP, LIPS, HeadGrid
from model_assets.training.people.head_shape import bump
from model_assets.training.rendering.scene import Array


@dataclass(frozen=True, slots=True, eq=False)
class HeadMotion:
    """Displacements at full strength, float32 [rows, columns, 3] each, millimetres."""

    smile: Array
    teeth: Array
    jaw: Array
    brows: Array

    def move(self, rest: Array, expression: Expression) -> Array:
        """Return the points of the skin under an expression."""
        teeth = max(0.0, expression.smile - 0.35)
        return (
            rest
            + np.float32(expression.smile) * self.smile
            + np.float32(teeth) * self.teeth
            + np.float32(expression.mouth_open) * self.jaw
            + np.float32(expression.brow_raise) * self.brows
        )


def head_motion(plan: FacePlan, grid: HeadGrid, rest: Array) -> HeadMotion:
    """Return the displacements of a head with the given points at rest."""
    front = np.clip(np.cos(grid.azimuths) * 2.0 - 0.3, 0, 1)
    x, z = rest[..., 0], rest[..., 2]
    return HeadMotion(
        _smile(plan, x, z, front),
        _lips_apart(plan, grid, x, front, drop=4.0, lift=3.0, depth=3.0),
        _jaw(plan, grid, x, front),
        _brows(plan, x, z, front),
    )


def _smile(plan: FacePlan, x: Array, z: Array, front: Array) -> Array:
    side, sign = np.abs(x), np.tanh(x / 6.0)
    corner = bump(side - plan.mouth_half, z - plan.mouth, 13.0, 12.0) * front
    cheek = bump(side - plan.mouth_half - 15.0, z - plan.mouth - 27.0, 13.0, 11.0) * front
    back = 3.0 * corner - 3.2 * cheek
    return np.stack([5.0 * corner * sign, back, 5.0 * corner + 2.0 * cheek], -1).astype(np.float32)


def _opening(plan: FacePlan, x: Array) -> Array:
    return np.clip(1 - (x / plan.mouth_half) ** 2, 0, 1) ** 0.7


def _below(levels: Array) -> Array:
    """Return 1 for the lower lip, fading to 0 at the chin; 0 above the lips."""
    fade = np.clip((levels - 3.2) / (LIPS - 3.2), 0, 1)
    return np.where(levels < LIPS - LIP_GAP / 2, fade, 0)[:, None]


def _above(levels: Array) -> Array:
    fade = np.clip(1 - (levels - LIPS) / 0.9, 0, 1)
    return np.where(levels > LIPS + LIP_GAP / 2, fade, 0)[:, None]


def _lips_apart(
    plan: FacePlan, grid: HeadGrid, x: Array, front: Array, drop: float, lift: float, depth: float
) -> Array:
    """Lower lip down, upper lip up, what is between them back."""
    apart = _opening(plan, x) * front
    below, above = _below(grid.levels), _above(grid.levels)
    between = (np.abs(grid.levels - LIPS) < LIP_GAP / 2)[:, None]
    rise = apart * (lift * above - drop * below + 0.5 * (lift - drop) * between)
    motion = np.zeros((*x.shape, 3))
    motion[..., 1] = depth * apart * between
    motion[..., 2] = rise
    return motion.astype(np.float32)


def _jaw(plan: FacePlan, grid: HeadGrid, x: Array, front: Array) -> Array:
    """The jaw turns down and back; the corners of the mouth stay, the cheeks stretch."""
    fall = 15.0
    levels = grid.levels[:, None]
    whole = np.interp(levels, [0.3, 1.6, 2.6, LIPS, 5.8], [0, 1, 1, 0.22, 0])
    whole = whole * np.clip((np.cos(grid.azimuths) - 0.1) * 1.6, 0, 1)
    apart = _opening(plan, x) * front
    lower = np.maximum(whole, _below(grid.levels) * apart)
    upper = whole - 0.3 * _above(grid.levels) * apart
    middle = np.abs(levels - LIPS) < LIP_GAP / 2
    lowest = np.maximum(whole, apart)
    between = 0.5 * (lowest + whole - 0.3 * apart)
    fallen = np.where(levels < LIPS, lower, upper)
    motion = np.zeros((*x.shape, 3))
    motion[..., 1] = 4.0 * np.where(levels < LIPS, lower, whole) + 6.0 * middle * apart
    motion[..., 2] = -fall * np.where(middle, between, fallen)
    return motion.astype(np.float32)


def _brows(plan: FacePlan, x: Array, z: Array, front: Array) -> Array:
    side = np.abs(x)
    lift = bump(side - plan.eye[0], z - plan.brow[2] - 2.0, 24.0, 8.0) * front
    motion = np.zeros((*x.shape, 3))
    motion[..., 0] = -1.2 * np.tanh(x / 5.0) * bump(side - 14.0, z - plan.brow[2], 7.0, 7.0) * front
    motion[..., 2] = 4.5 * lift
    return motion.astype(np.float32)
