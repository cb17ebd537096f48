"""A place where people are seen, and the cameras that may look at it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model_assets.training.noise import Rng
from model_assets.training.rendering.scene import (
    Array,
    Camera,
    Lamp,
    Mesh,
    Scene,
    Sun,
    Vector,
)

PERSON_HEIGHTS = (0.15, 1.0, 1.7)
"""Heights, metres, at which a camera should see somebody who stands on the floor."""

NEAREST, FARTHEST = 1.6, 14.0
TRIES = 60
MOUNTED, EYE_HEIGHT, CLOSE = "mounted", "at the height of the eyes", "close"
KINDS = {MOUNTED: (0.7, 0.25), EYE_HEIGHT: (0.19, 0.12), CLOSE: (0.11, 0.06)}
"""Share of the cameras of each kind, and share of the floor at which a view is good."""
CLEARANCE = 1.5
"""Metres before a camera that should be free."""


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A furnished and lit place.

    Attributes:
        meshes: of the place.
        suns: parallel lights, the one that casts shadows first.
        lamps: point lights.
        sky: BGR 0..1 of the background above and of the light from above.
        ground: BGR 0..1 of the light from below.
        ambient: strength of sky and ground light on surfaces.
        floor: float32 [k, 4], rectangles x0, y0, x1, y1 where people may stand.
        mounts: float32 [k, 6], boxes x0, y0, z0, x1, y1, z1 in which a surveillance camera hangs.
        obstacles: float32 [k, 6], boxes that hide what is behind them.
    """

    meshes: tuple[Mesh, ...]
    suns: tuple[Sun, ...]
    lamps: tuple[Lamp, ...]
    sky: Vector
    ground: Vector
    ambient: float
    floor: Array
    mounts: Array
    obstacles: Array

    def scene(self, camera: Camera, meshes: tuple[Mesh, ...] = ()) -> Scene:
        """Return the place, and the people in it, as a camera sees them."""
        return Scene(
            meshes=self.meshes + meshes,
            camera=camera,
            suns=self.suns,
            lamps=self.lamps,
            sky=self.sky,
            ground=self.ground,
            ambient=self.ambient,
        )


def sample_spots(rng: Rng, floor: Array, count: int) -> Array:
    """Return points on the floor, float32 [count, 2], uniform over its area."""
    sides = floor[:, 2:] - floor[:, :2]
    area = np.cumsum(sides[:, 0] * sides[:, 1])
    chosen = np.searchsorted(area, rng.random(count) * area[-1], side="right")
    chosen = np.minimum(chosen, len(floor) - 1)
    within = rng.random((count, 2), dtype=np.float32)
    return floor[chosen, :2] + within * sides[chosen]


def sample_camera(rng: Rng, site: Site, width: int, height: int) -> Camera:
    """Return a view of the floor where people are seen 1.6 to 14 m away, nothing before them.

    Three kinds: from a mount 2 to 3.5 m high, from the height of the eyes, and close to a face.
    The best of the candidates is taken if none is good; a mounted one if no other is possible.

    Raises:
        ValueError: if obstacles are in the way of all candidates.
    """
    kind = int(rng.choice(len(KINDS), p=[share for share, _ in KINDS.values()]))
    best, best_score = None, 0.0
    for number in range(TRIES):
        name = tuple(KINDS)[kind] if number < TRIES // 2 else MOUNTED
        camera = _candidate(rng, site, width, height, name)
        if not camera_is_free(camera, site):
            continue
        score = share_seen(camera, site, sample_spots(rng, site.floor, 32)) / KINDS[name][1]
        if score > best_score:
            best, best_score = camera, score
            if score >= 1:
                break
    if best is None:
        raise ValueError(
            f"none of {TRIES} cameras sees the floor past the {len(site.obstacles)} obstacles"
        )
    return best


def _candidate(rng: Rng, site: Site, width: int, height: int, kind: str) -> Camera:
    if kind == MOUNTED:
        return _mounted(rng, site, width, height)
    return _at_eye_height(rng, site, width, height, kind == CLOSE)


def share_seen(camera: Camera, site: Site, spots: Array) -> float:
    """Return the share of spots [n, 2] where somebody would be seen from foot to head."""
    heights = np.float32(PERSON_HEIGHTS)
    points = np.concatenate([np.column_stack([spots, np.full(len(spots), z)]) for z in heights])
    x, y, depth = camera.project(points.astype(np.float32)).T
    inside = (x > 0) & (x < camera.width) & (y > 0) & (y < camera.height)
    inside &= (depth > NEAREST * 0.7) & (depth < FARTHEST)
    inside &= ~_hidden(np.float32(camera.position), points, site.obstacles)
    body = inside.reshape(len(heights), -1)
    return float((body[1] & body[2] & (body[0] | (depth.reshape(3, -1)[0] < 3.0))).mean())


def camera_is_free(camera: Camera, site: Site) -> bool:
    """Tell whether a camera stands in no obstacle and few hide what is far: a tenth at most."""
    position = np.float32(camera.position)
    low, high = site.obstacles[:, :3], site.obstacles[:, 3:]
    if ((position >= low) & (position <= high)).all(1).any():
        return False
    right, down, ahead = camera.rotation
    x, y = np.meshgrid(np.linspace(-0.95, 0.95, 8), np.linspace(-0.95, 0.95, 5))
    scale = camera.width / 2 / camera.focal_px
    across = right * (x.reshape(-1, 1) * scale)
    rays = ahead + across + down * (y.reshape(-1, 1) * scale * camera.height / camera.width)
    return bool(
        _hidden(position, position + rays * np.float32(CLEARANCE), site.obstacles).mean() < 0.1
    )


def _mounted(rng: Rng, site: Site, width: int, height: int) -> Camera:
    """Return a camera on a wall, ceiling or pole that looks down at the floor."""
    mount = site.mounts[rng.integers(len(site.mounts))]
    position = rng.uniform(mount[:3], mount[3:])
    spot = _spot_away(rng, site, position, 2.5, 11.0)
    distance = float(np.hypot(*(spot - position[:2])))
    pitch = float(np.radians(rng.uniform(7, 30)))
    drop = min(distance * np.tan(pitch), position[2] - 0.3)
    field_of_view = float(rng.uniform(50, 92))
    target = (float(spot[0]), float(spot[1]), float(position[2] - drop))
    return _camera(position, target, field_of_view, width, height)


def _at_eye_height(rng: Rng, site: Site, width: int, height: int, close: bool) -> Camera:
    """Return a camera as held in the hand, or as beside a door (close)."""
    position = np.append(sample_spots(rng, site.floor, 1)[0], rng.uniform(1.35, 1.9))
    near, far = (NEAREST, 2.6) if close else (3.0, 8.0)
    spot = _spot_away(rng, site, position, near, far)
    pitch = float(np.radians(rng.uniform(-3, 9)))
    distance = float(np.hypot(*(spot - position[:2])))
    target = (float(spot[0]), float(spot[1]), float(position[2] - distance * np.tan(pitch)))
    return _camera(position, target, float(rng.uniform(42, 72)), width, height)


def _spot_away(rng: Rng, site: Site, position: Array, near: float, far: float) -> Array:
    """Return a spot on the floor at about the wanted distance."""
    spots = sample_spots(rng, site.floor, 12)
    distance = np.hypot(*(spots - np.float32(position[:2])).T)
    wanted = rng.uniform(near, far)
    good = np.where(distance > NEAREST, np.abs(distance - wanted), np.inf)
    return spots[int(np.argmin(good))]


def _camera(position: Array, target: Vector, angle: float, width: int, height: int) -> Camera:
    place = (float(position[0]), float(position[1]), float(position[2]))
    return Camera(place, target, angle, width, height)


def _hidden(start: Array, ends: Array, obstacles: Array) -> np.ndarray:
    """Tell which ends a box hides from the start (slab method), bool [n]."""
    way = ends - start
    way = np.where(np.abs(way) < 1e-6, np.float32(1e-6), way)[:, None]
    first = (obstacles[None, :, :3] - start) / way
    second = (obstacles[None, :, 3:] - start) / way
    enter = np.minimum(first, second).max(2)
    leave = np.maximum(first, second).min(2)
    return ((enter < leave) & (leave > 0) & (enter < 0.98)).any(1)
