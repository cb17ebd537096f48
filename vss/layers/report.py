"""Shows how a build goes and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deep_learning.catalogue import Catalogue
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from vss.layers.build import Build
from vss.layers.parts import BUDGETS, TOTAL_BYTES
from vss.paths import MANIFEST

_WIDTH = 90


@contextmanager
def building(console: Console, runtime: str) -> Iterator[Callable[[str], None]]:
    """Show what is going on while the build lasts; yields what is to be told of it."""
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task(f"{runtime}: looking at what is there", total=None)

        def say(line: str) -> None:
            text = " ".join(line.split())[:_WIDTH]
            shown.update(task, description=f"{runtime}: {text}")

        yield say


def print_build(built: Build, console: Console) -> None:
    """Print sizes, budgets and hashes."""
    table = Table(title=f"For {built.runtime}, in {built.folder}", title_justify="left")
    for column in ("part", "bytes", "budget", "sha256"):
        table.add_column(column, justify="right" if column in ("bytes", "budget") else "left")
    for part, done in built.parts.items():
        table.add_row(part, f"{done.bytes:,}", f"{BUDGETS[part]:,}", done.sha256[:16])
    parts = sum(done.bytes for done in built.parts.values())
    networks = network_bytes()
    for name, count in networks.items():
        table.add_row(f"networks of model set {name}", f"{count:,}", "", "")
    total = parts + max(networks.values())
    table.add_row(
        "together, with the larger set", f"{total:,}", f"{TOTAL_BYTES:,}", "", style="bold"
    )
    console.print(table)
    if not built.compiled:
        console.print(
            f"No {built.runtime} was found on this machine, so Python files are not compiled "
            "ahead: every cold start compiles them. Install it (pyenv, or your distribution's "
            "package) and build again.",
            style="yellow",
        )


def network_bytes() -> dict[str, int]:
    """Return the bytes of the networks of each model set, by the manifest."""
    from deep_learning.catalogue import Manifest

    return {
        name: sum(
            file.size
            for network in Catalogue.read(MANIFEST, name).networks
            for file in network.files
        )
        for name in Manifest.read(MANIFEST).sets
    }
