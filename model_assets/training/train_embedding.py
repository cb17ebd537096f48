"""Train the demo embedding network on rendered faces and write it as OpenVINO IR.

python -m model_assets.training.train_embedding --data DATA/faces/train \
    --validation DATA/faces/validation --out model_assets/demo/face_embedding --seed 1
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from model_assets.training.embedding_network import SIZE, IdentityClassifier, margin_loss
from model_assets.training.embedding_scores import compare, verification
from model_assets.training.export_ir import export
from model_assets.training.face_data import FaceData, aligned
from model_assets.training.manifest_entry import FACE_EMBEDDING
from model_assets.training.noise import Image, Rng
from model_assets.training.photometry import distant, hide_part, retouch
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

# Faces of 32 pixels are enlarged to 128.
_COARSEST = 0.25
# Landmarks are found to within a few hundredths of their extent; seldom worse.
_ERRORS = (0.02, 0.05)
_VALIDATION_ERROR = 0.03
# All pairs of these many pictures are compared.
_VERIFIED = 3000


@dataclass(frozen=True, slots=True, eq=False)
class FaceBatch:
    """Aligned faces uint8 [n, 128, 128, 3] and whose they are, int64 [n]."""

    images: NDArray[np.uint8]
    identity: NDArray[np.int64]


def main() -> None:
    """Train, choose the threshold, write the network and what it was made with."""
    run = prepare(__doc__, samples=400_000, batch=64, learning_rate=6e-3)
    train, validation = FaceData.read(run.data), FaceData.read(run.validation)
    people, identity = np.unique(train.identity, return_inverse=True)
    task = Task(
        batch=lambda rng: face_batch(train, identity, rng, run.settings.batch),
        loss=loss,
        score=lambda network: score(network, validation),
    )
    classifier, report = fit(IdentityClassifier(len(people)), task, run.settings, run.console)
    report["thresholds"] = {"identified": report["validation"].pop("threshold")}
    report["identities"] = len(people)
    report["bytes"] = export(classifier.network, SHAPE, FACE_EMBEDDING, run.out)
    write_report(run, report)


def face_batch(data: FaceData, identity: NDArray[np.int64], rng: Rng, size: int) -> FaceBatch:
    """Return changed faces chosen at random."""
    chosen = rng.integers(len(identity), size=size)
    images = np.stack([sample(data, rng, int(index)) for index in chosen])
    return FaceBatch(images, identity[chosen])


def sample(data: FaceData, rng: Rng, index: int) -> Image:
    """Return an aligned face in other light, mirrored or not, perhaps partly hidden."""
    landmarks = data.landmarks[index].astype(np.float64)
    image = aligned(rng, data.images[index], landmarks, SIZE, float(rng.choice(_ERRORS)))
    if rng.random() < 0.5:
        image = cv2.flip(image, 1)
    if rng.random() < 0.1:
        image = hide_part(rng, image)
    return retouch(rng, distant(rng, image, _COARSEST))


def loss(network: nn.Module, batch: FaceBatch, progress: float) -> dict[str, Tensor]:
    """Return the loss of telling the identities of a batch apart."""
    with half_precision():
        embeddings = network(tensor_of(batch.images))
    cosines = network.cosines(embeddings)
    identity = torch.from_numpy(batch.identity).to(device())
    return {"identity": margin_loss(cosines, identity, progress)}


def score(network: nn.Module, data: FaceData) -> dict[str, float]:
    """Return the area under the verification curve, the threshold and the rates at it."""
    embeddings = embed(network, data)
    identity = np.asarray(data.identity)
    comparisons = compare(embeddings, identity, seed=1)
    threshold = comparisons.threshold()
    area = verification(embeddings[:_VERIFIED], identity[:_VERIFIED])
    return {"auc": area, "threshold": threshold, **comparisons.rates(threshold)}


@torch.no_grad()
def embed(network: nn.Module, data: FaceData) -> NDArray[np.float32]:
    """Return the embeddings of all faces, aligned and as small as cameras deliver them."""
    rng = np.random.default_rng(1)
    parts = []
    for first in range(0, len(data.images), 64):
        pairs = zip(
            data.images[first : first + 64], data.landmarks[first : first + 64], strict=True
        )
        faces = [
            distant(
                rng,
                aligned(rng, image, points.astype(np.float64), SIZE, _VALIDATION_ERROR),
                _COARSEST,
            )
            for image, points in pairs
        ]
        with half_precision():
            parts.append(network(tensor_of(np.stack(faces))).float().cpu().numpy())
    return np.concatenate(parts)


if __name__ == "__main__":
    main()
