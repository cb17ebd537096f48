"""Synthetic inputs with a known truth: skeletons, rendered network outputs, images, networks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from deep_learning.catalogue import SURVEILLANCE_ROLES
from high_level_algorithms.skeleton import KEYPOINT_COUNT, KEYPOINT_NAMES, LIMBS
from high_level_algorithms.types import Pose
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Points = NDArray[np.float64]
Image = NDArray[np.uint8]

GRID = (32, 57)
"""Rows and columns of the body pose network's output."""

KNOWS = "rendered people only"
"""What the networks of the set ``demo`` of a written manifest are said to know."""

FACE_COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255))
"""BGR colours of the five drawn landmarks, in the order of ``Landmarks``."""

# A standing person seen from the front, in body heights from the middle of the hips.
_STANDING = {
    "nose": (0.0, -0.40),
    "neck": (0.0, -0.28),
    "right_shoulder": (-0.10, -0.28),
    "right_elbow": (-0.15, -0.12),
    "right_wrist": (-0.18, 0.02),
    "left_shoulder": (0.10, -0.28),
    "left_elbow": (0.15, -0.12),
    "left_wrist": (0.18, 0.02),
    "right_hip": (-0.07, 0.0),
    "right_knee": (-0.08, 0.22),
    "right_ankle": (-0.08, 0.45),
    "left_hip": (0.07, 0.0),
    "left_knee": (0.08, 0.22),
    "left_ankle": (0.08, 0.45),
    "right_eye": (-0.03, -0.43),
    "left_eye": (0.03, -0.43),
    "right_ear": (-0.06, -0.41),
    "left_ear": (0.06, -0.41),
}


def standing(
    x: float, y: float, height: float, lean: float = 0.0, missing: Iterable[str] = ()
) -> Points:
    """Return the [18, 3] keypoints of a person with the hips at ``x``, ``y``.

    Args:
        x: position to the right.
        y: position down.
        height: height of the body.
        lean: clockwise rotation around the hips, radians.
        missing: names of the keypoints that are not seen; their rows are 0.
    """
    cosine, sine = np.cos(lean), np.sin(lean)
    body = np.array([_STANDING[name] for name in KEYPOINT_NAMES]) * height
    keypoints = np.ones((KEYPOINT_COUNT, 3))
    keypoints[:, :2] = body @ np.array([[cosine, sine], [-sine, cosine]]) + (x, y)
    keypoints[[KEYPOINT_NAMES.index(name) for name in missing]] = 0
    return keypoints


def cut_to_grid(person: Points, grid: tuple[int, int] = GRID) -> Points:
    """Return ``person`` without the keypoints that lie outside the grid."""
    rows, columns = grid
    x, y = person[:, 0], person[:, 1]
    inside = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
    return np.where(inside[:, None], person, 0.0)


def render_heatmaps(
    people: Sequence[Points], grid: tuple[int, int] = GRID, sigma: float = 1.0
) -> Floats:
    """Return heatmaps [19, rows, columns]: Gaussians of the keypoints' scores, and background."""
    x, y = _cell_centres(grid)
    heatmaps = np.zeros((KEYPOINT_COUNT + 1, *grid), np.float32)
    for person in people:
        for kind, (point_x, point_y, score) in enumerate(person):
            square_distance = (x - point_x) ** 2 + (y - point_y) ** 2
            blob = score * np.exp(-square_distance / (2 * sigma**2))
            heatmaps[kind] = np.maximum(heatmaps[kind], blob)
    heatmaps[-1] = 1 - heatmaps[:-1].max(0)
    return heatmaps


def render_fields(
    people: Sequence[Points], grid: tuple[int, int] = GRID, width: float = 1.0
) -> Floats:
    """Return part affinity fields [38, rows, columns]: unit vectors along the limbs.

    Where limbs of the same kind overlap, their mean.
    """
    fields = np.zeros((2 * len(LIMBS), *grid), np.float32)
    for limb in LIMBS:
        count = np.zeros(grid)
        for person in people:
            start, end = person[limb.start], person[limb.end]
            if start[2] > 0 and end[2] > 0:
                near = _distance_to_segment(start[:2], end[:2], grid) <= width
                unit = (end - start)[:2] / np.hypot(*(end - start)[:2])
                fields[limb.channel : limb.channel + 2, near] += unit[:, None]
                count += near
        fields[limb.channel : limb.channel + 2] /= np.maximum(count, 1)
    return fields


def _distance_to_segment(start: Points, end: Points, grid: tuple[int, int]) -> Points:
    cells = np.stack(_cell_centres(grid), axis=-1)
    vector = end - start
    along = np.clip(((cells - start) @ vector) / (vector @ vector), 0, 1)
    return np.hypot(*np.moveaxis(cells - start - along[..., None] * vector, -1, 0))


def _cell_centres(grid: tuple[int, int]) -> tuple[Points, Points]:
    rows, columns = grid
    x, y = np.meshgrid(np.arange(columns) + 0.5, np.arange(rows) + 0.5)
    return x, y


def face_pose(rotation: float = 0.0, scale: float = 1.0, **points: tuple[float, float]) -> Pose:
    """Return a pose of head keypoints only, given by name in pixels, rotated around (0, 0)."""
    keypoints = np.zeros((KEYPOINT_COUNT, 3))
    cosine, sine = np.cos(rotation), np.sin(rotation)
    turn = np.array([[cosine, sine], [-sine, cosine]])
    for name, xy in points.items():
        keypoints[KEYPOINT_NAMES.index(name)] = (*(np.array(xy) @ turn * scale), 0.9)
    return Pose(keypoints)


def similarity_matrix(rotation: float, scale: float, shift: tuple[float, float]) -> Points:
    """Return the [2, 3] matrix that rotates, scales, then shifts."""
    cosine, sine = scale * np.cos(rotation), scale * np.sin(rotation)
    return np.array([[cosine, -sine, shift[0]], [sine, cosine, shift[1]]])


def as_transform(matrix: Points) -> tuple[tuple[float, ...], ...]:
    """Return a [2, 3] matrix as the rows of plain floats that ``image_ops.warp`` takes."""
    return tuple(tuple(map(float, row)) for row in matrix)


def transformed(matrix: Points, points: Points) -> Points:
    """Apply a [2, 3] matrix to [n, 2] points."""
    return points @ matrix[:, :2].T + matrix[:, 2]


def image_of_dots(height: int, width: int, points: Points, radius: float) -> Image:
    """Draw five discs in ``FACE_COLOURS`` on black; whole coordinates are pixel edges."""
    canvas = np.zeros((height, width, 3))
    x, y = _cell_centres((height, width))
    for (point_x, point_y), colour in zip(points, FACE_COLOURS, strict=True):
        covered = np.clip(radius + 0.5 - np.hypot(x - point_x, y - point_y), 0, 1)[..., None]
        canvas = canvas * (1 - covered) + covered * np.array(colour)
    return np.round(canvas).astype(np.uint8)


def positions_of_dots(image: Image) -> Points:
    """Return the [5, 2] centres of the discs of ``image_of_dots``, in pixels."""
    x, y = _cell_centres((image.shape[0], image.shape[1]))
    found = []
    for colour in FACE_COLOURS:
        distance = np.linalg.norm(image.astype(np.float64) - colour, axis=2)
        weight = np.clip(1 - distance / 120, 0, 1)
        found.append(np.array([(x * weight).sum(), (y * weight).sum()]) / weight.sum())
    return np.array(found)


def checkerboard(height: int, width: int) -> Image:
    """Return an image whose neighbouring pixels are black and white."""
    cells = (np.add.outer(np.arange(height), np.arange(width)) % 2 * 255).astype(np.uint8)
    return np.repeat(cells[..., None], 3, axis=2)


def smooth_image(height: int, width: int, seed: int = 0) -> Image:
    """Return an image of random waves, none shorter than a tenth of the longer side."""
    generator = np.random.default_rng(seed)
    channels = []
    for _ in range(3):
        waves = np.zeros((height, width))
        for _ in range(6):
            angle, phase = generator.uniform(0, 2 * np.pi, 2)
            per_pixel = 2 * np.pi * generator.uniform(1, 10) / max(height, width)
            x = np.exp(1j * (per_pixel * np.cos(angle) * np.arange(width) + phase))
            y = np.exp(1j * per_pixel * np.sin(angle) * np.arange(height))
            waves += np.outer(y, x).imag
        channels.append(127.5 + 20 * waves)
    return np.round(np.stack(channels, axis=2)).astype(np.uint8)


def noise_image(height: int, width: int, seed: int = 0) -> Image:
    """Return an image of independent random pixels."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def file_item(root: Path, path: str, content: bytes) -> dict[str, Any]:
    """Write ``content`` to ``root / path`` and return the file's item in a manifest."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content)
    return described(path, content)


def described(path: str, content: bytes) -> dict[str, Any]:
    """Return the item of a file in a manifest."""
    digest = hashlib.sha384(content).hexdigest()
    return {"path": path, "size": len(content), "sha384": digest, "source": None}


def network_item(files: Sequence[Mapping[str, Any]], **changes: Any) -> dict[str, Any]:
    """Return a network's item in a manifest; ``changes`` replace its keys."""
    item: dict[str, Any] = {
        "role": "body_pose",
        "name": "tiny-0001",
        "precision": "FP32",
        "licence": "Apache-2.0",
        "input": {"name": "image", "shape": [1, 3, 4, 6]},
        "outputs": [{"name": None, "shape": [1, 3, 1, 1]}],
        "files": list(files),
        "thresholds": {},
    }
    return item | changes


def filler_items(root: Path, networks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Write a few bytes as network for each role of surveillance that ``networks`` lack."""
    played = {item["role"] for item in networks}
    return [
        network_item(
            [file_item(root, f"filler/{role}.{kind}", role.encode()) for kind in ("xml", "bin")],
            role=str(role),
            name=f"filler-{role}",
        )
        for role in SURVEILLANCE_ROLES
        if role not in played
    ]


def set_item(networks: Sequence[Mapping[str, Any]], knows: str | None = None) -> dict[str, Any]:
    """Return the item of a model set of ``networks`` in a manifest."""
    return {"knows": knows, "networks": [item["name"] for item in networks]}


def write_manifest(
    root: Path,
    networks: Sequence[Mapping[str, Any]],
    sets: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """Write a manifest of our format into ``root``.

    Args:
        root: where to write.
        networks: items of the networks.
        sets: items of the model sets; without, one set ``demo`` of all networks, in which fillers
            play the roles that are left.
    """
    if sets is None:
        networks = [*networks, *filler_items(root, networks)]
        sets = {"demo": set_item(networks, KNOWS)}
    manifest = root / "manifest.json"
    content = {"format": "vss.manifest/2", "sets": sets, "networks": list(networks)}
    manifest.write_text(json.dumps(content), "utf-8")
    return manifest
