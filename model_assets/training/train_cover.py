"""Train the camera-cover classifier on generated frames and write it as OpenVINO IR.

python -m model_assets.training.train_cover --out model_assets/camera_cover --seed 1
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openvino
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn, TimeRemainingColumn, track
from torch import nn
from torch.nn import functional

from model_assets.training.augment import augment
from model_assets.training.cover_dataset import COVERED, Batch, collect, stream
from model_assets.training.export_ir import export
from model_assets.training.manifest_entry import CAMERA_COVER
from model_assets.training.mobilenet import CoverProbability, MobileNetV1
from model_assets.training.training_run import device, make_deterministic, tensor_of


@dataclass(frozen=True, slots=True)
class Settings:
    """What determines the trained network."""

    seed: int
    width: float
    columns: int
    rows: int
    samples: int
    epochs: int
    batch: int
    learning_rate: float


def main() -> None:
    """Generate, train, choose the threshold, write the network and what it was made with."""
    arguments = parse()
    settings = Settings(
        arguments.seed,
        arguments.width,
        *(int(side) for side in arguments.size.split("x")),
        arguments.samples,
        arguments.epochs,
        arguments.batch,
        arguments.learning_rate,
    )
    console = Console()
    make_deterministic(settings.seed)
    started = time.monotonic()
    train = generate("train", settings.samples, settings, arguments.workers)
    validation = generate(
        "validation", max(2000, settings.samples // 10), settings, arguments.workers
    )
    generated = time.monotonic()
    network = fit_network(train, validation, settings, console)
    scores = covered_scores(network, validation.images)
    threshold = best_threshold(scores, validation.labels == COVERED)
    shape = (1, 3, settings.rows, settings.columns)
    export(CoverProbability(network), shape, CAMERA_COVER, arguments.out)
    report = {
        "settings": {name: getattr(settings, name) for name in Settings.__slots__},
        "threshold": threshold,
        "validation": rates(scores >= threshold, validation.labels == COVERED),
        "seconds": {
            "generation": round(generated - started),
            "training": round(time.monotonic() - generated),
        },
        "device": device().type,
        "torch": torch.__version__.split("+")[0],
        "openvino": openvino.__version__.split("-")[0],
    }
    (arguments.out / "training.json").write_text(json.dumps(report, indent=1) + "\n")
    console.print_json(data=report)


def parse() -> argparse.Namespace:
    """Return the command line; the defaults make the network that is shipped."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for the network")
    parser.add_argument("--seed", type=int, default=1, help="seed of data and weights")
    parser.add_argument("--width", type=float, default=0.25, help="MobileNet width multiplier")
    parser.add_argument("--size", default="128x72", help="input columns x rows")
    parser.add_argument("--samples", type=int, default=40_000, help="generated training frames")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    return parser.parse_args()


def generate(split: str, count: int, settings: Settings, workers: int) -> Batch:
    """Return generated frames of a split; the seed picks a range of frames of its own."""
    first = settings.seed * 10_000_000
    columns, rows = settings.columns, settings.rows
    rows_made = stream(split, range(first, first + count), columns, rows, workers)
    shown = track(rows_made, f"Generating {split}", total=count)
    return collect(iter(shown), count, columns, rows)


def fit_network(
    train: Batch, validation: Batch, settings: Settings, console: Console
) -> MobileNetV1:
    """Return the network after training, with the moving average of its weights."""
    network = MobileNetV1(settings.width).to(device(), memory_format=torch.channels_last)
    average = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.99), use_buffers=True
    )
    steps = settings.epochs * (len(train.labels) // settings.batch)
    optimiser = torch.optim.AdamW(
        network.parameters(), settings.learning_rate, weight_decay=0.02, fused=True
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, settings.learning_rate, total_steps=steps, pct_start=0.15
    )
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.02)
    generator = torch.Generator().manual_seed(settings.seed)
    columns = (SpinnerColumn(), *Progress.get_default_columns()[:2], TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        task = progress.add_task("Training", total=steps)
        for epoch in range(settings.epochs):
            network.train()
            order = torch.randperm(len(train.labels), generator=generator).numpy()
            for start in range(0, len(order) - settings.batch + 1, settings.batch):
                chosen = order[start : start + settings.batch]
                hidden = torch.from_numpy(train.hidden[chosen, None]).to(device()) / 255
                frames = tensor_of(train.images[chosen])
                frames, hidden = augment(frames, hidden, generator)
                logits, cells = network.learn(frames)
                where = functional.adaptive_avg_pool2d(hidden, cells.shape[2:])
                loss = loss_of(logits, torch.from_numpy(train.labels[chosen]).to(device()))
                loss = loss + functional.binary_cross_entropy_with_logits(cells, where)
                optimiser.zero_grad(set_to_none=True)
                loss.backward()
                optimiser.step()
                schedule.step()
                average.update_parameters(network)
                progress.advance(task)
            scores = covered_scores(average.module, validation.images)
            measured = rates(scores >= 0.5, validation.labels == COVERED)
            console.print(f"epoch {epoch + 1}: loss {loss.item():.4f}, validation {measured}")
    return average.module


@torch.no_grad()
def covered_scores(network: MobileNetV1, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the probability `covered` of each frame."""
    network.eval()
    model = CoverProbability(network)
    parts = np.array_split(images, max(1, len(images) // 256))
    return np.concatenate([model(tensor_of(part))[:, COVERED].cpu().numpy() for part in parts])


def best_threshold(scores: NDArray[np.float32], truth: NDArray[np.bool_]) -> float:
    """Return the lowest threshold with a precision of 0.985 on validation.

    Lowest, since new kinds of cover score lower than those of training, and a missed cover is
    worse than an alarm that the next frame takes back.
    """
    grid = [round(float(level), 2) for level in np.arange(0.10, 0.91, 0.05)]
    precise = (level for level in grid if rates(scores >= level, truth)["precision"] >= 0.985)
    return next(precise, grid[-1])


def rates(decided: NDArray[np.bool_], truth: NDArray[np.bool_]) -> dict[str, float]:
    """Return recall and precision of `covered`."""
    hits = int((decided & truth).sum())
    return {
        "recall": round(hits / max(1, int(truth.sum())), 5),
        "precision": round(hits / max(1, int(decided.sum())), 5),
    }


if __name__ == "__main__":
    main()
