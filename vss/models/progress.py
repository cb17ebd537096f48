"""What a pull shows: bars on a terminal, one line a file elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from vss.models.pull import FileOutcome, Reporter


class LineReporter:
    """One line a file: problems on the error stream, the rest on standard output."""

    def begin(self, name: str, size: int, length: int) -> None:
        """Show nothing."""

    def advance(self, length: int) -> None:
        """Show nothing."""

    def wait(self, name: str) -> None:
        """Say what is waited for."""
        typer.echo(f"waiting: another pull is fetching {name}", err=True)

    def end(self, outcome: FileOutcome) -> None:
        """Show the outcome."""
        typer.echo(_line(outcome), err=not outcome.is_good)


class BarReporter:
    """A bar with bytes and speed for the file under way, and one line for each that is done."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def begin(self, name: str, size: int, length: int) -> None:
        """Show the bar of the file, from where it is resumed."""
        file_name = name.rsplit("/", 1)[-1]  # the path leaves no room for figures in 80 columns
        self._task = self._progress.add_task(file_name, total=size, completed=length)

    def advance(self, length: int) -> None:
        """Move the bar."""
        if self._task is not None:
            self._progress.update(self._task, completed=length)

    def wait(self, name: str) -> None:
        """Say what is waited for."""
        self._print(f"waiting: another pull is fetching {name}")

    def end(self, outcome: FileOutcome) -> None:
        """Replace the bar by the outcome."""
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None
        self._print(_line(outcome), style="" if outcome.is_good else "red")

    def _print(self, line: str, style: str = "") -> None:
        self._progress.console.print(
            line, style=style, markup=False, highlight=False, soft_wrap=True
        )


@contextmanager
def reporting() -> Iterator[Reporter]:
    """Give the reporter that suits standard output."""
    console = Console()
    if not console.is_terminal:
        yield LineReporter()
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=12),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        yield BarReporter(progress)


def _line(outcome: FileOutcome) -> str:
    line = f"{outcome.result:<17}  {outcome.name}"
    if outcome.reason:
        return f"{line}: {outcome.reason}"
    return f"{line}  {outcome.received:,} bytes" if outcome.received else line
