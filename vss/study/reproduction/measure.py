"""Measures what is missing: environments of the function, and the pipeline on one PC."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deep_learning.errors import ConfigurationError
from rich.console import Console

from vss.layers.build import Place, build
from vss.layers.report import building
from vss.layers.runtimes import DEFAULT, Runtime
from vss.local.data_plane.code_package import CodePackage
from vss.local.data_plane.python_runtime import fetched_runtime
from vss.local.deployment import RUNTIME_PACKAGES, LocalOptions
from vss.local.runtime_packages import fetch_runtime_packages
from vss.study.laboratory import Laboratory, StartError, deployed_laboratory
from vss.study.machine import machine
from vss.study.packages import Networks, built_package, stock_package
from vss.study.progress import shown
from vss.study.reproduction.measurements import CellTimes, Measurements
from vss.study.reproduction.plan import SEED, VARIABLES, WARM_INVOCATIONS, Cell, Way, cells
from vss.study.subject import Subject

_PC_IMAGES = 200


def describe(subject: Subject, image: bytes) -> dict[str, str]:
    """Say what is measured and where: measurements of something else are never mixed in."""
    return {
        "model_set": subject.model_set,
        "image": hashlib.sha256(image).hexdigest()[:16],
        "runtime": DEFAULT,
        "seed": str(SEED),
        "machine": machine(),
    }


def measure_missing(
    subject: Subject, image: bytes, rounds: int, measurements: Measurements, console: Console
) -> None:
    """Measure every cell that was not yet, and the PC.

    Raises:
        ConfigurationError: this machine has no sandbox or lacks the runtime's interpreter.
        StartError: the function failed for another reason than want of memory or time.
    """
    if measurements.pc_images_per_s is None:
        with console.status("one PC, all cores, the pipeline alone"):
            measurements.add_pc(pc_images_per_s(subject, image))
    missing = [cell for cell in cells(rounds) if measurements.find(cell) is None]
    if not missing:
        return
    runtime = Runtime.named(DEFAULT)
    if (interpreter := runtime.interpreter()) is None:
        raise ConfigurationError(f"{runtime.name}, Lambda's runtime, is not on this machine")
    with building(console, runtime.name) as say:
        packages = fetch_runtime_packages(runtime, RUNTIME_PACKAGES, say)
    with tempfile.TemporaryDirectory(prefix="vss-study-") as name:
        folder = Path(name)
        shipped = _packages(subject, runtime, folder / "packages", console)
        options = LocalOptions(
            settings={"model_set": subject.model_set},
            manifest=subject.manifest.resolve(),
            folder=folder / "local",
        )
        python = fetched_runtime(interpreter, packages)
        with deployed_laboratory(options, python, console) as laboratory:
            bench = _Bench(laboratory, shipped, image)
            for cell in shown(missing, _text, console):
                measurements.add(cell, bench.measure(cell))


def _text(cell: Cell) -> str:
    return f"{cell.way}, {cell.memory_mb} MB, round {cell.round + 1}"


def _packages(
    subject: Subject, runtime: Runtime, folder: Path, console: Console
) -> dict[Way, CodePackage]:
    networks = Networks(subject.manifest.resolve(), subject.model_set)
    with building(console, runtime.name) as say:
        built = build(runtime, Place(), force=False, say=say)
        naive = stock_package(runtime, Place(), networks, folder / "stock", say)
    ours = built_package(built, networks, folder / "built", compiled=True)
    return {Way.OURS: ours, Way.LOCAL: ours, Way.NAIVE: naive}


@dataclass(frozen=True, slots=True)
class _Bench:
    laboratory: Laboratory
    packages: Mapping[Way, CodePackage]
    image: bytes

    def measure(self, cell: Cell) -> CellTimes:
        """Start an environment, let it handle a cold batch of one and warm ones of every size."""
        package, variables = self.packages[cell.way], VARIABLES[cell.way]
        with self.laboratory.environment(package, cell.memory_mb, variables) as started:
            first = started.handle([self.image])
            if first.init_ms is None:
                raise StartError(f"{cell.key}: its first invocation knows of no initialisation")
            warm = {
                size: tuple(
                    round(started.handle([self.image] * size).duration_ms, 3) for _ in range(count)
                )
                for size, count in WARM_INVOCATIONS[cell.way].items()
            }
            setup_ms = round(started.setup_ms, 3)
        return CellTimes(setup_ms, round(first.init_ms, 3), round(first.duration_ms, 3), warm)


def pc_images_per_s(subject: Subject, image: bytes) -> float:
    """Return what one process a core makes of the pipeline alone: neither S3 nor records."""
    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        file.write(image)
        file.flush()
        module = [sys.executable, "-m", "vss.study.reproduction.pc_worker"]
        arguments = [str(subject.manifest.resolve()), subject.model_set, file.name]
        workers = [
            subprocess.Popen(  # noqa: S603 - a module of this project
                [*module, *arguments, str(_PC_IMAGES)], stdout=subprocess.PIPE, text=True
            )
            for _ in os.sched_getaffinity(0)
        ]
        answers = [worker.communicate()[0] for worker in workers]
    if any(worker.returncode for worker in workers):
        raise StartError("the pipeline failed on this machine; its reason is above")
    return sum(_PC_IMAGES / float(seconds) for seconds in answers)
