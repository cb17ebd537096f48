"""`make bench-cold`: how long a cold start takes, by memory and by what is shipped; and how little
memory does.

Every start is a fresh process in the sandbox of the local AWS at the CPU share of the memory. What
Lambda adds before the process starts is not in the figures, and the disk is warm.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deep_learning.catalogue import Catalogue, Role
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tests.performance.full_hd import HEIGHT, WIDTH, full_hd_jpeg
from tests.shared_material import ABSENT, IMAGES, REAL_SET, assemble_networks
from vss.layers.blobs import PROCESSORS, compile_ahead, export_blobs
from vss.layers.build import Build, Place, build
from vss.layers.report import building
from vss.layers.runtimes import DEFAULT, Runtime
from vss.local.data_plane.code_package import CodePackage
from vss.local.data_plane.python_runtime import fetched_runtime
from vss.local.deployment import RUNTIME_PACKAGES, LocalOptions
from vss.local.runtime_packages import fetch_runtime_packages
from vss.paths import DEFAULT_MODEL_SET, MANIFEST
from vss.study.laboratory import Laboratory, Start, StartError, deployed_laboratory
from vss.study.packages import Networks, built_package, stock_package

MEMORIES = (512, 704, 1024, 1536, 1769, 3008)
SMALLEST = range(128, 513, 16)
PHOTOGRAPH = IMAGES / "faces" / "knn_test_obama1.jpg"
LOCAL, GLOBAL = {"VSS_SCOPE": "local"}, {"VSS_SCOPE": "global"}


@dataclass(frozen=True, slots=True)
class Row:
    """A way to ship the function.

    Attributes:
        name: for the table.
        package: what is shipped.
        variables: environment variables.
    """

    name: str
    package: CodePackage
    variables: Mapping[str, str]


def main() -> int:
    """Measure, print a table for each figure, write all of it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--runtime", default=DEFAULT)
    parser.add_argument("--memories", type=int, nargs="+", default=MEMORIES)
    parser.add_argument("--out", type=Path, default=Path("build/cold_start.json"))
    options = parser.parse_args()
    if not IMAGES.exists():
        sys.exit(ABSENT)
    console, runtime = Console(), Runtime.named(options.runtime)
    if (interpreter := runtime.interpreter()) is None:
        sys.exit(f"{runtime.name} is not on this machine")
    with building(console, runtime.name) as say:
        built = build(runtime, Place(), force=False, say=say)
        packages = fetch_runtime_packages(runtime, RUNTIME_PACKAGES, say)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "networks").mkdir()
        networks = Networks(assemble_networks(folder / "networks"), REAL_SET)
        rows = list(ways(runtime, built, networks, folder / "packages", console))
        python = fetched_runtime(interpreter, packages)
        deployment = LocalOptions(
            settings={"model_set": REAL_SET}, manifest=networks.manifest, folder=folder / "local"
        )
        with deployed_laboratory(deployment, python, console) as laboratory_:
            results = measure(laboratory_, rows, options.memories, options.repeat, console)
            smallest = smallest_memory(laboratory_, rows[-1])
    show(results, options.memories, console)
    console.print(f"Smallest memory that handles one image of {WIDTH} x {HEIGHT}: {smallest} MB")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({"starts": results, "smallest_mb": smallest}, indent=1))
    return 0


def ways(
    runtime: Runtime, built: Build, networks: Networks, folder: Path, console: Console
) -> Iterator[Row]:
    """Yield what is compared, each row with one more step."""
    with building(console, runtime.name) as say:
        stock = stock_package(runtime, Place(), networks, folder / "stock", say)
    yield Row("stock wheels, local scope", stock, LOCAL)
    yield Row("stock wheels, global scope", stock, GLOBAL)
    plain = built_package(built, networks, folder / "plain", compiled=False)
    yield Row("+ small layers", plain, GLOBAL)
    compiled = built_package(built, networks, folder / "compiled", compiled=True)
    yield Row("+ bytecode", compiled, GLOBAL)
    blobs = export_blobs(networks.manifest, networks.model_set, [processor()], folder / "blobs")
    ahead = built_package(built, networks, folder / "ahead", compiled=True, blobs=blobs)
    yield Row("+ blobs", ahead, GLOBAL)


def processor() -> str:
    """Return the kind of this machine's processor."""
    catalogue = Catalogue.read(MANIFEST, DEFAULT_MODEL_SET)
    found, _ = compile_ahead(catalogue, catalogue.entry(Role.CAMERA_COVER), "f32")
    names = [name for name, kind in PROCESSORS.items() if kind.header == found]
    if not names:
        sys.exit(f"this machine's processor is {found}; known are {', '.join(PROCESSORS)}")
    return names[0]


def measure(
    laboratory_: Laboratory,
    rows: list[Row],
    memories: list[int],
    repeat: int,
    console: Console,
) -> list[dict[str, object]]:
    """Start each row at each memory; the rows take turns, so that the machine's moods hit all."""
    image = full_hd_jpeg(PHOTOGRAPH)
    found: dict[tuple[str, int], list[Start]] = {}
    with Progress(console=console) as shown:
        task = shown.add_task("cold starts", total=len(rows) * len(memories) * repeat)
        for _ in range(repeat):
            for memory_mb in memories:
                for row in rows:
                    shown.update(task, description=f"{row.name}, {memory_mb} MB")
                    start = start_of(laboratory_, row, memory_mb, image)
                    if start is not None:
                        found.setdefault((row.name, memory_mb), []).append(start)
                    shown.advance(task)
    return [summary(name, memory_mb, starts) for (name, memory_mb), starts in found.items()]


def start_of(laboratory_: Laboratory, row: Row, memory_mb: int, image: bytes) -> Start | None:
    """Return a start, None where it does not fit into the memory."""
    try:
        return laboratory_.start(row.package, memory_mb, image, variables=row.variables)
    except StartError as error:
        if "OutOfMemory" in str(error) or "Timedout" in str(error):
            return None
        raise


def summary(name: str, memory_mb: int, starts: list[Start]) -> dict[str, object]:
    """Return the medians of a row at a memory, milliseconds."""

    def median(values: Iterator[float]) -> float:
        return round(statistics.median(values), 1)

    parts = {part: median(start.parts_ms[part] for start in starts) for part in starts[0].parts_ms}
    return {
        "row": name,
        "memory_mb": memory_mb,
        "starts": len(starts),
        "init_ms": median(start.init_ms for start in starts),
        "parts_ms": parts,
        "first_ms": median(start.invocations_ms[0] for start in starts),
        "second_ms": median(start.invocations_ms[1] for start in starts),
        "total_ms": median(start.init_ms + start.invocations_ms[0] for start in starts),
        "peak_mb": max(start.peak_mb for start in starts),
    }


def smallest_memory(laboratory_: Laboratory, row: Row) -> int | None:
    """Return the smallest memory limit under which a start and two images work out."""
    image = full_hd_jpeg(PHOTOGRAPH)
    return next((memory for memory in SMALLEST if start_of(laboratory_, row, memory, image)), None)


def show(results: list[dict[str, object]], memories: list[int], console: Console) -> None:
    """Print a table for each figure: rows as shipped, columns by memory."""
    for figure in ("init_ms", "first_ms", "second_ms", "total_ms", "peak_mb"):
        table = Table(title=figure)
        table.add_column("")
        for memory_mb in memories:
            table.add_column(f"{memory_mb} MB", justify="right")
        for name in dict.fromkeys(str(result["row"]) for result in results):
            of_row = {result["memory_mb"]: result for result in results if result["row"] == name}
            cells = [str(of_row[m][figure]) if m in of_row else "-" for m in memories]
            table.add_row(name, *cells)
        console.print(table)
    for result in results:
        console.print(result["row"], result["memory_mb"], result["parts_ms"])


if __name__ == "__main__":
    if shutil.which("bwrap") is None:
        sys.exit("bubblewrap is not installed")
    sys.exit(main())
