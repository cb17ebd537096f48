from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.progress import Progress

from vss.models.progress import BarReporter, LineReporter, reporting
from vss.models.pull import FileOutcome, Result


@pytest.mark.parametrize(
    ("outcome", "out", "err"),
    [
        (FileOutcome("a", Result.FETCHED, 1234), "fetched            a  1,234 bytes\n", ""),
        (FileOutcome("a", Result.PRESENT), "present            a\n", ""),
        (FileOutcome("a", Result.REFUSED, reason="no"), "", "refused            a: no\n"),
    ],
)
def test_a_pipe_gets_one_line_a_file(capsys, outcome, out, err):
    with reporting() as reporter:
        assert isinstance(reporter, LineReporter)
        reporter.begin("a", 1234, 0)
        reporter.advance(1234)
        reporter.end(outcome)
    assert capsys.readouterr() == (out, err)


def test_a_terminal_gets_a_bar_from_where_the_file_is_resumed():
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=200)
    with Progress(console=console, auto_refresh=False) as progress:
        reporter = BarReporter(progress)
        reporter.begin("network/FP16/network.bin", 400, 100)
        assert progress.tasks[0].completed == 100
        reporter.advance(300)
        assert (progress.tasks[0].completed, progress.tasks[0].total) == (300, 400)
        progress.refresh()
        reporter.wait("other.bin")
        reporter.end(FileOutcome("network [1].bin", Result.FETCHED, 300))
        assert progress.tasks == []
    assert "network.bin" in screen.getvalue()
    assert "waiting: another pull is fetching other.bin" in screen.getvalue()
    assert "fetched            network [1].bin  300 bytes" in screen.getvalue()
