"""Train the demo mask network on rendered windows and write it as OpenVINO IR.

python -m model_assets.training.train_masks --data DATA/masks/train \
    --validation DATA/masks/validation --out model_assets/demo/mask_detection --seed 1
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import torch
from high_level_algorithms.face_anchors import PICTURE_PX, decode, face_anchors
from high_level_algorithms.mask_detection import distinct
from high_level_algorithms.types import FaceSeen
from torch import Tensor, nn
from torch.nn import functional

from model_assets.training.export_ir import export
from model_assets.training.manifest_entry import MASK_DETECTION
from model_assets.training.mask_dataset import MASKED, NOBODY, SIDE, UNCLEAR
from model_assets.training.mask_network import MaskNetwork
from model_assets.training.mask_samples import (
    IGNORED,
    MaskBatch,
    MaskData,
    heads_of,
    is_shown,
    mask_batch,
)
from model_assets.training.mask_scores import LEAST_FACE_PX, MaskScore, score_picture
from model_assets.training.noise import Image
from model_assets.training.training_run import (
    Task,
    device,
    fit,
    half_precision,
    prepare,
    tensor_of,
    write_report,
)
from vss.continuum.anonymise.obscuring import obscure

SHAPE = (1, 3, PICTURE_PX, PICTURE_PX)

# Focal loss (Lin et al., ICCV 2017): the many anchors that are plainly background count little.
_FOCUS, _FACES_COUNT = 2.0, 0.6
_BOXES_COUNT = 0.4
_ANCHORS = face_anchors()
_VALIDATED, _BATCH = 300, 50
_STRENGTHS = (None, 12.0, 8.0, 5.0)
_THRESHOLDS = np.arange(0.2, 0.66, 0.075)


def main() -> None:
    """Train, choose the threshold, write the network and what it was made with."""
    run = prepare(__doc__, samples=180_000, batch=16, learning_rate=2e-3)
    train, validation = MaskData.read(run.data), MaskData.read(run.validation)
    task = Task(
        batch=lambda rng: mask_batch(train, rng, run.settings.batch),
        loss=loss,
        score=lambda network: score(network, validation),
    )
    network, report = fit(MaskNetwork(), task, run.settings, run.console, rounds=2)
    report["thresholds"] = {"face": report["validation"].pop("threshold")}
    report["bytes"] = export(network, SHAPE, MASK_DETECTION, run.out)
    write_report(run, report)


def loss(network: nn.Module, batch: MaskBatch, progress: float) -> dict[str, Tensor]:
    """Return the losses of telling faces from background, of their masks and of their boxes."""
    with half_precision():
        logits, offsets = network.logits(tensor_of(batch.images))
    kinds = torch.from_numpy(batch.kinds).to(device()).long()
    is_face = (kinds > 0).float()
    faces = is_face.sum().clamp(min=1)
    face, masked = logits.unbind(2)
    probability = torch.sigmoid(face)
    miss = is_face * (1 - probability) + (1 - is_face) * probability
    weight = (is_face * _FACES_COUNT + (1 - is_face) * (1 - _FACES_COUNT)) * miss**_FOCUS
    entropy = functional.binary_cross_entropy_with_logits(face, is_face, reduction="none")
    wears = functional.binary_cross_entropy_with_logits(
        masked, (kinds == MASKED).float(), reduction="none"
    )
    wanted = torch.from_numpy(batch.offsets).to(device())
    error = functional.smooth_l1_loss(offsets, wanted, reduction="none").sum(2)
    return {
        "faces": (weight * entropy * (kinds != IGNORED)).sum() / faces,
        "masks": (wears * is_face).sum() / faces,
        "boxes": _BOXES_COUNT * (error * is_face).sum() / faces,
    }


def score(network: nn.Module, data: MaskData) -> dict[str, float]:
    """Return accuracy and share found by strength, at the threshold that is best over all."""
    faces = data.faces[:_VALIDATED] * (PICTURE_PX / SIDE)
    kinds = np.stack([shown_kinds(data, index) for index in range(len(faces))])
    raw = {cells: _outputs(network, data, cells) for cells in _STRENGTHS}
    best, figures = -1.0, dict[str, float]()
    for threshold in _THRESHOLDS:
        totals = {
            cells: _total(outputs, faces, kinds, float(threshold)) for cells, outputs in raw.items()
        }
        value = float(np.mean([quality(total) for total in totals.values()]))
        if value > best:
            best = value
            figures = {"threshold": float(threshold)} | _figures(totals)
    return figures


def shown_kinds(data: MaskData, index: int) -> np.ndarray:
    """Return what is asked of the faces of a window: nothing of those that it cuts off."""
    shown = is_shown(data.faces[index] / SIDE)
    return np.where(shown | (data.kinds[index] == NOBODY), data.kinds[index], UNCLEAR)


def quality(total: MaskScore) -> float:
    """Return what the threshold is chosen by: faces told right, less those invented."""
    right = (total.masked_right + total.bare_right) / max(1, total.masked + total.bare)
    return right - 0.5 * total.invented_per_face


def _figures(totals: dict[float | None, MaskScore]) -> dict[str, float]:
    figures = {}
    for cells, total in totals.items():
        name = "plain" if cells is None else f"cells_{cells:g}"
        figures[f"accuracy_{name}"] = total.accuracy
        figures[f"found_{name}"] = total.found
        figures[f"invented_{name}"] = total.invented_per_face
    return figures


def _total(
    outputs: list[Callable[[float], list[FaceSeen]]],
    faces: np.ndarray,
    kinds: np.ndarray,
    threshold: float,
) -> MaskScore:
    parts = (
        score_picture(find(threshold), truth, kind, LEAST_FACE_PX * PICTURE_PX / SIDE)
        for find, truth, kind in zip(outputs, faces, kinds, strict=False)
    )
    return sum(parts, MaskScore())


@torch.no_grad()
def _outputs(
    network: nn.Module, data: MaskData, cells: float | None
) -> list[Callable[[float], list[FaceSeen]]]:
    """Return, for each window, what gives its faces at a threshold."""
    finders: list[Callable[[float], list[FaceSeen]]] = []
    for first in range(0, min(_VALIDATED, len(data.images)), _BATCH):
        pictures = [picture(data, index, cells) for index in range(first, first + _BATCH)]
        with half_precision():
            classes, offsets = network(tensor_of(np.stack(pictures)))
        for scores, moved in zip(classes.cpu().numpy(), offsets.cpu().numpy(), strict=True):
            finders.append(_Found(scores, moved))
    return finders


def picture(data: MaskData, index: int, cells: float | None) -> Image:
    """Return a whole window as the network gets it, its heads obscured where asked."""
    image = np.array(data.images[index])
    if cells is not None:
        image = obscure(image, heads_of(data.heads[index]), cells)
    return np.asarray(
        cv2.resize(image, (PICTURE_PX, PICTURE_PX), interpolation=cv2.INTER_AREA), np.uint8
    )


class _Found:
    """The outputs for one picture, few enough to be kept: anchors with a chance of a face."""

    def __init__(self, scores: np.ndarray, offsets: np.ndarray) -> None:
        chosen = np.flatnonzero(scores.sum(1) >= _THRESHOLDS[0])
        self._scores = scores[chosen]
        self._boxes = decode(offsets[chosen], _ANCHORS[chosen]) * PICTURE_PX

    def __call__(self, threshold: float) -> list[FaceSeen]:
        chosen = np.flatnonzero(self._scores.sum(1) >= threshold)
        boxes, scores = self._boxes[chosen], self._scores[chosen]
        kept = distinct(boxes, scores.sum(1))
        return [
            FaceSeen(
                tuple(map(float, boxes[index])),
                bool(scores[index, 0] >= scores[index, 1]),
                float(scores[index].max()),
            )
            for index in kept
        ]


if __name__ == "__main__":
    main()
