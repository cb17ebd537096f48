"""Shows which of the measurements is being made, and how many are left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Cell = TypeVar("Cell")


def shown(missing: Sequence[Cell], text: Callable[[Cell], str], console: Console) -> Iterator[Cell]:
    """Yield the measurements that are to be made, each of them shown by its text."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        task = progress.add_task("", total=len(missing))
        for cell in missing:
            progress.update(task, description=text(cell))
            yield cell
            progress.advance(task)
