"""Plants in pots, bushes, hedges and trees: clouds of leaves with the normals of their crown."""

from __future__ import annotations

import numpy as np

from model_assets.training.noise import Rng
from model_assets.training.rendering.primitives import sphere
from model_assets.training.rendering.scene import Array, Vector
from model_assets.training.sites.construction import Construction, Material
from model_assets.training.sites.materials import MATT, SATIN, dull, tone
from model_assets.training.sites.surfaces import leaves

BARK: Vector = (0.2, 0.26, 0.32)
FOLIAGE_HUES = (0.2, 0.32)


def foliage(rng: Rng) -> Material:
    """Return the material of leaves in one of the greens (seldom of autumn)."""
    hue = rng.uniform(*FOLIAGE_HUES) if rng.random() < 0.85 else rng.uniform(0.07, 0.16)
    return Material(leaves(rng, float(hue)), (1.3, 1.3), 0.85)


def crown(
    place: Construction, rng: Rng, material: Material, centre: Vector, radii: Vector, cards: int
) -> None:
    """Add a bumpy body of leaves with loose leaves about it."""
    body = sphere((0, 0, 0), 1.0, segments=8)
    bumps = 0.78 + 0.2 * np.cos(body.vertices @ rng.normal(0, 3.5, (3, 2))).mean(1, keepdims=True)
    inner = body.vertices * bumps
    height = (inner[:, 2:] + 1) / 2
    shade = (0.5 + 0.5 * height) * np.ones(3)
    uv = None if body.uv is None else body.uv * np.float32(max(radii)) / np.float32(material.size)
    points = inner * np.float32(radii) + np.float32(centre)
    place.add(material, points, body.faces, body.normals, shade.astype(np.float32), uv)
    _leaf_cards(place, rng, material, centre, radii, cards)


def _leaf_cards(
    place: Construction, rng: Rng, material: Material, centre: Vector, radii: Vector, cards: int
) -> None:
    """Add small triangles in all directions; lit as the surface of the crown they lie on."""
    away = rng.normal(size=(cards, 1, 3))
    away /= np.linalg.norm(away, axis=2, keepdims=True)
    middle = away * rng.uniform(0.72, 1.04, (cards, 1, 1)) * radii
    size = (0.06 + 0.055 * float(np.mean(radii))) * rng.uniform(0.6, 1.2, (cards, 1, 1))
    corners = middle + rng.normal(size=(cards, 3, 3)) * size
    shade = (0.55 + 0.45 * (away[..., 2:] + 1) / 2) * rng.uniform(0.75, 1.15, (cards, 1, 1))
    vertices = (corners + centre).reshape(-1, 3)
    faces = np.arange(3 * cards).reshape(-1, 3)
    normals = np.repeat(away + np.array([0, 0, 0.2]), 3, 1).reshape(-1, 3)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    uv = corners[..., :2].reshape(-1, 2) / material.size + rng.random((1, 2))
    colours = np.repeat(shade.reshape(-1, 1), 3, 0).reshape(-1, 1) * np.ones(3)
    place.add(material, vertices, faces, normals, colours.astype(np.float32), uv)


def tree(place: Construction, rng: Rng, material: Material, x: float, y: float) -> None:
    """Add a broad-leaved tree 4 to 8 m high."""
    height, spread = rng.uniform(4.5, 8.0), rng.uniform(1.1, 1.9)
    stem = max(height * 0.42, 2.1)
    place.cylinder(MATT, (x, y, 0), stem + 0.5, (0.16, 0.09), BARK, 7)
    for _ in range(int(rng.integers(2, 4))):
        shift = rng.normal(0, 0.45, 3) * spread
        centre = (x + shift[0], y + shift[1], stem + spread + 0.25 + abs(shift[2]))
        crown(place, rng, material, centre, (spread, spread, spread * rng.uniform(0.7, 1)), 56)


def hedge(place: Construction, rng: Rng, material: Material, low: Vector, high: Vector) -> None:
    """Add a clipped hedge: a box of leaves with loose leaves on it."""
    shades = np.repeat(np.float32([[0.9], [0.45]]), 3, 1)
    upright = np.tile(shades[[0, 1, 1, 0]], (4, 1))
    colours: Array = np.concatenate([upright, shades[[0] * 4], shades[[1] * 4]]).astype(np.float32)
    place.box(material, low, high, colours)
    middle = tuple(float(value) for value in (np.float32(low) + np.float32(high)) / 2)
    half = tuple(float(value) for value in (np.float32(high) - np.float32(low)) / 2 * 1.05)
    _leaf_cards(place, rng, material, middle, half, 30)


def potted_plant(place: Construction, rng: Rng, x: float, y: float, height: float = 1.3) -> None:
    """Add a plant with arching blades or a small crown in a pot."""
    pot = rng.uniform(0.28, 0.5)
    radius = rng.uniform(0.14, 0.22)
    place.cylinder(SATIN, (x, y, 0), pot, (radius * 0.75, radius), dull(rng), 10)
    if rng.random() < 0.35:
        place.cylinder(MATT, (x, y, pot), height * 0.5, (0.02, 0.02), BARK, 5)
        top = (x, y, pot + height * 0.62)
        size = height * 0.22
        crown(place, rng, foliage(rng), top, (size, size, size * 1.2), 70)
        return
    for _ in range(int(rng.integers(14, 24))):
        _blade(place, rng, (x, y, pot - 0.03), height - pot)


def _blade(place: Construction, rng: Rng, root: Vector, length: float) -> None:
    """Add one arching leaf, seen from both sides."""
    turn, lean = rng.uniform(0, 2 * np.pi), rng.uniform(0.15, 0.95)
    out = np.array([np.cos(turn), np.sin(turn), 0.0])
    side = np.array([-out[1], out[0], 0.0])
    t = np.linspace(0, 1, 5)[:, None]
    reach = length * rng.uniform(0.7, 1.1)
    spine = root + out * lean * reach * t**1.6 * 0.75
    spine = spine + np.array([0, 0, 1]) * reach * (t - 0.55 * lean * t**2.6)
    wide = reach * rng.uniform(0.04, 0.075) * np.sin(np.pi * np.clip(t * 0.85 + 0.12, 0, 1))
    vertices = np.concatenate([spine - side * wide, spine + side * wide])
    k = np.arange(4)
    faces = np.concatenate([np.column_stack([k, k + 5, k + 6]), np.column_stack([k, k + 6, k + 1])])
    normal = out * 0.5 + np.array([0, 0, 0.85])
    hue, value = rng.uniform(0.24, 0.34), rng.uniform(0.25, 0.5)
    colours = np.float32(tone(hue, 0.65, value)) * (0.6 + 0.5 * np.concatenate([t, t]))
    normals = np.repeat((normal / np.linalg.norm(normal))[None], 10, 0)
    place.add(MATT, vertices, faces, normals, colours.astype(np.float32))
