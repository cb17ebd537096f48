"""What the trainings of the demo networks share: seeds, precision, schedule and the loop.

A training is determined by its seed and by the number of samples it sees. A limit in minutes,
where given, shortens the schedule to what the machine manages in that time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import cos, pi
from pathlib import Path
from typing import Any, Generic, TypeVar

import cv2
import numpy as np
import openvino
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from torch import Tensor, nn

from model_assets.training.muon import optimisers_of
from model_assets.training.noise import Rng
from model_assets.training.signals import TAKE_ALL_CORES

_WARM_UP, _LEAST_RATE = 0.08, 0.002
_AVERAGING = 0.995
_AHEAD = 3

Batch = TypeVar("Batch")


@dataclass(frozen=True, slots=True)
class Settings:
    """What determines a training.

    Attributes:
        seed: seed of weights, order and changes to the samples.
        samples: samples to be seen, each changed anew.
        batch: samples a step.
        learning_rate: its peak.
        minutes: limit of the training; None = as long as the samples take.
    """

    seed: int
    samples: int
    batch: int
    learning_rate: float
    minutes: float | None


@dataclass(frozen=True, slots=True)
class Task(Generic[Batch]):
    """What is learned.

    Attributes:
        batch: draws the batch of a step.
        loss: gives named terms, which are summed, of a batch at a progress of 0..1.
        score: measures the averaged network on validation data.
    """

    batch: Callable[[Rng], Batch]
    loss: Callable[[nn.Module, Batch, float], dict[str, Tensor]]
    score: Callable[[nn.Module], dict[str, float]]


@dataclass(frozen=True, slots=True)
class Run:
    """A training as the command line asks for it.

    Attributes:
        data: folder with the training set.
        validation: folder of the same kind.
        out: folder for the network.
        settings: what determines it.
        console: shows losses and validation figures.
    """

    data: Path
    validation: Path
    out: Path
    settings: Settings
    console: Console


def prepare(description: str, samples: int, batch: int, learning_rate: float) -> Run:
    """Read the command line, whose defaults make the network that is shipped, and seed all."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the training set")
    parser.add_argument("--validation", type=Path, required=True, help="folder of the same kind")
    parser.add_argument("--out", type=Path, required=True, help="folder for the network")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", type=int, default=samples, help="samples to be seen")
    parser.add_argument("--batch", type=int, default=batch, help="samples a step")
    parser.add_argument("--learning-rate", type=float, default=learning_rate, help="its peak")
    parser.add_argument("--minutes", type=float, help="see fewer samples rather than take longer")
    arguments = parser.parse_args()
    settings = Settings(*(getattr(arguments, name) for name in Settings.__slots__))
    make_deterministic(settings.seed)
    obey_signals()
    return Run(arguments.data, arguments.validation, arguments.out, settings, Console())


def make_deterministic(seed: int) -> None:
    """Seed every generator and forbid operations whose result varies from run to run."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
    torch.set_flush_denormal(True)
    torch.use_deterministic_algorithms(True)
    # No operation here reads memory before writing it, and filling it first costs a third.
    torch.utils.deterministic.fill_uninitialized_memory = False
    # Samples are made beside the training, which wants the cores.
    cv2.setNumThreads(1)


def obey_signals() -> None:
    """Compute on all cores from the moment on that this process is told to."""
    cores = len(os.sched_getaffinity(0))
    signal.signal(TAKE_ALL_CORES, lambda number, frame: torch.set_num_threads(cores))


def device() -> torch.device:
    """Return the accelerator if there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half_precision() -> AbstractContextManager[Any]:
    """Return the context in which convolutions run in bfloat16 where the hardware has it.

    With AMX dense convolutions take a third of the time; a CPU without it would emulate them.
    """
    kind = device().type
    fast = kind == "cuda" or bool(torch.cpu.get_capabilities().get("amx_bf16"))
    return torch.autocast(kind, torch.bfloat16, enabled=fast)


def tensor_of(images: NDArray[np.uint8]) -> Tensor:
    """Return images [n, height, width, 3] as float32 [n, 3, height, width] on the device."""
    return torch.from_numpy(np.array(images)).to(device()).permute(0, 3, 1, 2).float()


def fit(
    network: nn.Module, task: Task[Batch], settings: Settings, console: Console, rounds: int = 5
) -> tuple[nn.Module, dict[str, Any]]:
    """Train.

    Args:
        network: is changed in place; its parameters are all that is learned.
        task: what is learned.
        settings: for how long and how fast.
        console: shows losses and validation figures.
        rounds: how often the network is validated.

    Returns:
        The network with the moving average of its weights, and what the training was.
    """
    network = network.to(device(), memory_format=torch.channels_last)
    average = torch.optim.swa_utils.AveragedModel(network, avg_fn=_averaged, use_buffers=True)
    optimisers = optimisers_of(network)
    started = time.monotonic()
    step, next_round, running, scores = 0, 1, dict[str, float](), dict[str, float]()
    bar = "{task.percentage:>3.0f} % · {task.fields[speed]:.0f} samples/s · {task.fields[losses]}"
    columns = (SpinnerColumn(), TextColumn(bar), TimeElapsedColumn())
    with Progress(*columns, console=console) as shown:
        shown_task = shown.add_task("", total=1.0, speed=0.0, losses="")
        for step, batch in enumerate(_prefetch(task.batch, settings.seed)):
            progress = _progress(step, time.monotonic() - started, settings)
            if progress * rounds >= next_round or progress >= 1:
                next_round += 1
                scores = task.score(average.module.eval())
                seen, seconds = step * settings.batch, time.monotonic() - started
                console.print(
                    f"{progress:4.0%}, {seen} samples, {seconds:.0f} s: {_text(running)};"
                    f" validation {_text(scores)}",
                    soft_wrap=True,
                )
            if progress >= 1:
                break
            losses = _learn(network, task, batch, optimisers, settings, progress)
            average.update_parameters(network)
            for name, value in losses.items():
                running[name] = 0.98 * running.get(name, value) + 0.02 * value
            speed = (step + 1) * settings.batch / (time.monotonic() - started)
            shown.update(shown_task, completed=progress, speed=speed, losses=_text(running))
    seconds = round(time.monotonic() - started)
    report = {"samples": step * settings.batch, "seconds": seconds, "losses": running}
    return average.module.eval(), report | {"validation": scores}


def _learn(
    network: nn.Module,
    task: Task[Batch],
    batch: Batch,
    optimisers: list[torch.optim.Optimizer],
    settings: Settings,
    progress: float,
) -> dict[str, float]:
    network.train()
    terms = task.loss(network, batch, progress)
    network.zero_grad(set_to_none=True)
    torch.stack(list(terms.values())).sum().backward()
    nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = settings.learning_rate * rate(progress)
        optimiser.step()
    return {name: float(term.detach()) for name, term in terms.items()}


def _averaged(average: Tensor, current: Tensor, count: Tensor | int) -> Tensor:
    """Return the moving average, which forgets the first weights sooner than later ones."""
    kept = min(_AVERAGING, (1 + int(count)) / (10 + int(count)))
    return kept * average + (1 - kept) * current


def rate(progress: float) -> float:
    """Return the share of the peak learning rate: a short rise, then half a cosine (one cycle)."""
    if progress < _WARM_UP:
        return max(_LEAST_RATE, progress / _WARM_UP)
    fallen = (progress - _WARM_UP) / (1 - _WARM_UP)
    return _LEAST_RATE + (1 - _LEAST_RATE) * (1 + cos(pi * min(1.0, fallen))) / 2


def _progress(step: int, elapsed: float, settings: Settings) -> float:
    """Return the share of the training that is done before this step."""
    left = settings.samples // settings.batch - step
    if settings.minutes is not None and step > 0:
        left = min(left, int((settings.minutes * 60 - elapsed) / (elapsed / step)))
    return step / (step + left) if left > 0 else 1.0


def _prefetch(draw: Callable[[Rng], Batch], seed: int) -> Iterator[Batch]:
    """Yield the batches of step 0, 1, 2 …, made a little ahead in a thread of their own."""

    def make(step: int) -> Batch:
        return draw(np.random.default_rng([seed, step]))

    with ThreadPoolExecutor(1) as pool:
        waiting = [pool.submit(make, step) for step in range(_AHEAD)]
        step = _AHEAD
        while True:
            batch = waiting.pop(0).result()
            waiting.append(pool.submit(make, step))
            step += 1
            yield batch


def _text(figures: dict[str, float]) -> str:
    return " ".join(f"{name} {value:.4g}" for name, value in figures.items())


def write_report(run: Run, report: dict[str, Any]) -> None:
    """Write and show what the network was made with, and what it achieved."""
    content = {
        "settings": {name: getattr(run.settings, name) for name in Settings.__slots__},
        **_rounded(report),
        "device": device().type,
        "torch": torch.__version__.split("+")[0],
        "openvino": openvino.__version__.split("-")[0],
    }
    (run.out / "training.json").write_text(json.dumps(content, indent=1) + "\n")
    run.console.print_json(data=content)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    return round(value, 5) if isinstance(value, float) else value
