"""`make bench-precision`: each network in each precision that there is: size, speed, accuracy.

One network is exchanged at a time; accuracy is that of the whole pipeline on real photographs.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from deep_learning.catalogue import Catalogue, Role
from deep_learning.runtime import Runtime
from high_level_algorithms.pipeline import Pipeline, PipelineSettings
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests import accuracy
from tests.shared_material import ABSENT, REAL_SET, SHARED, assemble_networks

MODELS = SHARED / "models"
PRECISIONS = ("FP32", "FP16", "FP16-INT8")
LOADS, INFERENCES = 9, 200


def main() -> int:
    """Measure all variants, print one table."""
    if not MODELS.is_dir():
        sys.exit(ABSENT)
    table = Table(title="Networks by precision, one thread; the default is marked")
    for column in ("network", "precision", "bytes", "load ms", "infer ms"):
        table.add_column(column, justify="left" if column in ("network", "precision") else "right")
    for column in ("people counted", "faces named", "least same", "greatest different"):
        table.add_column(column, justify="right")
    for role, precision, is_default in track(list(variants()), console=Console(stderr=True)):
        with tempfile.TemporaryDirectory() as folder:
            manifest = exchanged(Path(folder), role, precision)
            table.add_row(*row(Catalogue.read(manifest, REAL_SET), role, is_default))
    Console(width=150).print(table)
    return 0


def variants() -> Iterator[tuple[Role, str, bool]]:
    """Yield role and precision of each file there is, and whether the manifest chooses it."""
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue.read(assemble_networks(Path(folder)), REAL_SET)
    for role, entry in catalogue.model_set.networks.items():
        if entry.description.source is not None:
            for precision in PRECISIONS:
                if (MODELS / entry.name / precision).is_dir():
                    yield role, precision, precision == entry.precision


def exchanged(folder: Path, role: Role, precision: str) -> Path:
    """Write a manifest whose network of ``role`` has another precision."""
    manifest = assemble_networks(folder)
    content = json.loads(manifest.read_text())
    chosen = set(content["sets"][REAL_SET]["networks"])
    for network in content["networks"]:
        if network["role"] == role and network["name"] in chosen:
            network["precision"] = precision
            network["files"] = [described(network["name"], precision, f) for f in network["files"]]
    manifest.unlink()
    manifest.write_text(json.dumps(content))
    return manifest


def described(name: str, precision: str, file: dict[str, Any]) -> dict[str, Any]:
    """Return the entry of a file in another precision."""
    path = MODELS / name / precision / Path(file["path"]).name
    data = path.read_bytes()
    return {
        **file,
        "path": f"networks/{name}/{precision}/{path.name}",
        "size": len(data),
        "sha384": hashlib.sha384(data).hexdigest(),
    }


def row(catalogue: Catalogue, role: Role, is_default: bool) -> list[str]:
    """Measure a variant."""
    entry = catalogue.entry(role)
    network = Runtime(threads=1).load(catalogue, role)
    height, width = network.input_height_width
    image = np.random.default_rng(1).integers(0, 256, (height, width, 3)).astype(np.uint8)
    load = median_ms(lambda: Runtime(threads=1).load(catalogue, role), LOADS)
    infer = median_ms(lambda: network.infer(image), INFERENCES)
    pipeline = Pipeline.load(Runtime(threads=2), catalogue, PipelineSettings())
    counts = accuracy.count_people(pipeline)
    exact = sum(count.found == count.expected for count in counts)
    namings = accuracy.name_faces(pipeline, accuracy.enrol(pipeline))
    right = sum(naming.found == naming.expected for naming in namings)
    separation = accuracy.separate(pipeline)
    return [
        entry.name,
        f"{entry.precision}{' *' if is_default else ''}",
        f"{sum(file.size for file in entry.files):,}",
        f"{load:.1f}",
        f"{infer:.2f}",
        f"{exact} of {len(counts)}",
        f"{right} of {len(namings)}",
        f"{min(separation.same):.3f}",
        f"{max(separation.different):.3f}",
    ]


def median_ms(action: Callable[[], object], rounds: int) -> float:
    """Return the median duration of an action in milliseconds."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        action()
        times.append((perf_counter() - start) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
