"""Train the demo pose network on rendered frames and write it as OpenVINO IR.

python -m model_assets.training.train_pose --data DATA/pose/train \
    --validation DATA/pose/validation --out model_assets/demo/body_pose --seed 1
"""

from __future__ import annotations

import numpy as np
import torch
from high_level_algorithms.pose_decoding import PoseThresholds
from numpy.typing import NDArray
from torch import Tensor, nn

from model_assets.training.export_ir import export
from model_assets.training.manifest_entry import BODY_POSE
from model_assets.training.pose_network import PoseNetwork
from model_assets.training.pose_samples import PoseBatch, PoseData, pose_batch
from model_assets.training.pose_scores import best_thresholds, evaluate
from model_assets.training.training_run import (
    Task,
    device,
    fit,
    half_precision,
    prepare,
    tensor_of,
    write_report,
)

SHAPE = (1, 3, 256, 456)

Maps = list[tuple[NDArray[np.float32], NDArray[np.float32]]]

# Validation between the rounds is on this many frames, at thresholds that any training reaches.
_GLANCE, _GLANCE_THRESHOLDS = 100, PoseThresholds(0.15, 0.3)
# Peaks and limbs are few among the cells; without weights nothing but emptiness would be learned.
_PEAK_WEIGHT, _LIMB_WEIGHT = 8.0, 3.0
_FIRST_STAGE = 0.5


def main() -> None:
    """Train, choose the thresholds, write the network and what it was made with."""
    run = prepare(__doc__, samples=200_000, batch=16, learning_rate=2e-3)
    train, validation = PoseData.read(run.data), PoseData.read(run.validation)

    def score(network: nn.Module) -> dict[str, float]:
        maps = infer(network, validation.images[:_GLANCE])
        return evaluate(maps, validation.keypoints[:_GLANCE], _GLANCE_THRESHOLDS).shares()

    task = Task(
        batch=lambda rng: pose_batch(train, rng, run.settings.batch), loss=loss, score=score
    )
    network, report = fit(PoseNetwork(), task, run.settings, run.console)
    maps = infer(network, validation.images)
    thresholds = best_thresholds(maps, validation.keypoints)
    report["validation"] = evaluate(maps, validation.keypoints, thresholds).shares()
    report["thresholds"] = {
        name: getattr(thresholds, name) for name in ("peak", "person", "keypoints")
    }
    report["bytes"] = export(network, SHAPE, BODY_POSE, run.out)
    write_report(run, report)


def loss(network: nn.Module, batch: PoseBatch, progress: float) -> dict[str, Tensor]:
    """Return the squared errors of both stages, those near keypoints and limbs weighted up."""
    with half_precision():
        stages = network.stages(tensor_of(batch.images))
    fields, heatmaps, mask = (
        torch.from_numpy(maps).to(device()) for maps in (batch.fields, batch.heatmaps, batch.mask)
    )
    limbs = mask * (1 + _LIMB_WEIGHT * _magnitude(fields))
    peaks = mask * (1 + _PEAK_WEIGHT * heatmaps)
    # The background is everywhere.
    peaks[:, -1:] = mask
    terms = {"fields": fields.new_zeros(()), "heatmaps": fields.new_zeros(())}
    for weight, (found_fields, found_heatmaps) in zip((_FIRST_STAGE, 1), stages, strict=True):
        error = (found_fields.float() - fields) ** 2
        terms["fields"] = terms["fields"] + weight * (limbs * error).mean() * 100
        error = (found_heatmaps.float() - heatmaps) ** 2
        terms["heatmaps"] = terms["heatmaps"] + weight * (peaks * error).mean() * 100
    return terms


def _magnitude(fields: Tensor) -> Tensor:
    """Return the length of each field's vectors, for both of its components."""
    count, channels, rows, columns = fields.shape
    pairs = fields.reshape(count, channels // 2, 2, rows, columns)
    return pairs.square().sum(2).sqrt().repeat_interleave(2, 1)


@torch.no_grad()
def infer(network: nn.Module, images: NDArray[np.uint8]) -> Maps:
    """Return fields and heatmaps of each frame."""
    maps: Maps = []
    for first in range(0, len(images), 8):
        with half_precision():
            found = network(tensor_of(images[first : first + 8]))
        fields, heatmaps = (part.float().cpu().numpy() for part in found)
        maps += list(zip(fields, heatmaps, strict=True))
    return maps


if __name__ == "__main__":
    main()
