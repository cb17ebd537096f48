"""Train the demo landmark network on rendered faces and write it as OpenVINO IR.

python -m model_assets.training.train_landmarks --data DATA/faces/train \
    --validation DATA/faces/validation --out model_assets/demo/face_landmarks --seed 1
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from deep_learning.image_ops import crop_square
from high_level_algorithms.landmarks import implied_region
from high_level_algorithms.types import Square
from numpy.typing import NDArray
from torch import Tensor, nn

from model_assets.training.export_ir import export
from model_assets.training.face_data import POINTS_MIRRORED, FaceData, apply, crop, extent
from model_assets.training.landmark_network import POINTS, SIZE, LandmarkNetwork
from model_assets.training.manifest_entry import FACE_LANDMARKS
from model_assets.training.noise import Image, Rng
from model_assets.training.photometry import distant, retouch
from model_assets.training.training_run import (
    Task,
    device,
    fit,
    half_precision,
    prepare,
    tensor_of,
    write_report,
)

SHAPE = (1, 3, SIZE, SIZE)

# Of the crop, in extents of the five points: `high_level_algorithms.landmarks` asks for twice.
_SIDE = 2.0
# Faces are seen down to about 16 pixels between eyes and mouth, a third of the crop's detail.
_COARSEST = 0.3
# Wing loss: errors below the first (in crop sides) are weighted up, curved by the second.
_WING, _CURVATURE = 0.1, 0.02
_VALIDATED, _PASSES = 2000, 2


@dataclass(frozen=True, slots=True, eq=False)
class CropBatch:
    """Crops uint8 [n, 48, 48, 3] and x0, y0 … y4 in 0..1 of each, float32 [n, 10]."""

    images: NDArray[np.uint8]
    points: NDArray[np.float32]


def main() -> None:
    """Train, write the network and what it was made with."""
    run = prepare(__doc__, samples=300_000, batch=64, learning_rate=3e-3)
    train, validation = FaceData.read(run.data), FaceData.read(run.validation)
    task = Task(
        batch=lambda rng: crop_batch(train, rng, run.settings.batch),
        loss=loss,
        score=lambda network: score(network, validation),
    )
    network, report = fit(LandmarkNetwork(), task, run.settings, run.console)
    report["bytes"] = export(network, SHAPE, FACE_LANDMARKS, run.out)
    write_report(run, report)


def crop_batch(data: FaceData, rng: Rng, size: int) -> CropBatch:
    """Return crops around faces chosen at random."""
    rows = [sample(data, rng, int(rng.integers(len(data.images)))) for _ in range(size)]
    images, points = zip(*rows, strict=True)
    return CropBatch(np.stack(images), np.stack(points))


def sample(data: FaceData, rng: Rng, index: int) -> tuple[Image, NDArray[np.float32]]:
    """Return a crop as far off as the head region of a pose is, and the points in it.

    Half of the crops are nearly right, as on the second pass.
    """
    points = data.landmarks[index].astype(np.float64)
    rough = rng.random() < 0.5
    side = _SIDE * extent(points) * np.exp(rng.normal(0, 0.25 if rough else 0.1))
    centre = (points.min(0) + points.max(0)) / 2
    centre = centre + rng.normal(0, 0.11 if rough else 0.03, 2) * side
    mirror = bool(rng.random() < 0.5)
    image, matrix = crop(
        data.images[index], centre, side, np.radians(rng.normal(0, 12)), mirror, SIZE
    )
    moved = apply(matrix, points)[POINTS_MIRRORED] if mirror else apply(matrix, points)
    relative = (moved / SIZE).astype(np.float32).reshape(-1)
    return retouch(rng, distant(rng, image, _COARSEST)), relative


def loss(network: nn.Module, batch: CropBatch, progress: float) -> dict[str, Tensor]:
    """Return the wing loss (Feng et al., CVPR 2018), which small errors keep steep."""
    with half_precision():
        found = network(tensor_of(batch.images)).flatten(1)
    # A point beyond the crop is to be given at its border.
    truth = torch.from_numpy(batch.points).to(device()).clamp(0, 1)
    error = (found - truth).abs()
    offset = _WING - _WING * np.log1p(_WING / _CURVATURE)
    near = _WING * torch.log1p(error / _CURVATURE)
    return {"wing": 10 * torch.where(error < _WING, near, error - offset).mean()}


def score(network: nn.Module, data: FaceData) -> dict[str, float]:
    """Return errors in shares of the points' extent: mean, and of the worst twentieth.

    As deployed: from a rough crop, in two passes.
    """
    rng = np.random.default_rng(1)
    truths = [points.astype(np.float64) for points in data.landmarks[:_VALIDATED]]
    regions = []
    for truth in truths:
        side = _SIDE * extent(truth) * np.exp(rng.normal(0, 0.2))
        middle = (truth.min(0) + truth.max(0)) / 2 + rng.normal(0, 0.08, 2) * side
        regions.append(Square(*middle.tolist(), side))
    for _ in range(_PASSES):
        found, regions = find(network, data, regions)
    distances = [np.hypot(*(f - truth).T).mean() for f, truth in zip(found, truths, strict=True)]
    errors = np.array(distances) / [extent(truth) for truth in truths]
    return {"error": float(errors.mean()), "error_p95": float(np.quantile(errors, 0.95))}


@torch.no_grad()
def find(
    network: nn.Module, data: FaceData, regions: list[Square]
) -> tuple[NDArray[np.float64], list[Square]]:
    """Return the points in a region of each face [n, 5, 2], and the regions that they imply."""
    crops = [
        crop_square(image, (region.x, region.y), region.side, SIZE)
        for image, region in zip(data.images, regions, strict=False)
    ]
    relative = network(tensor_of(np.stack(crops))).flatten(1).cpu().numpy().astype(np.float64)
    pairs = list(zip(relative, regions, strict=True))
    found = [
        (region.x, region.y) + (points.reshape(POINTS, 2) - 0.5) * region.side
        for points, region in pairs
    ]
    return np.stack(found), [implied_region(points.tolist(), region) for points, region in pairs]


if __name__ == "__main__":
    main()
