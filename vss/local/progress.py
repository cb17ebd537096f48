"""What a deployment shows: each step as it begins, the CDK CLI's last line under it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text


@contextmanager
def deploying(
    console: Console | None = None,
) -> Iterator[tuple[Callable[[str], None], Callable[[str], None]]]:
    """Give the two functions that `vss.local.deployment.up` tells of steps and of lines."""
    console = console or Console(stderr=True)
    start = time.monotonic()
    with console.status("") as status:
        current = ""

        def step(text: str) -> None:
            nonlocal current
            current = text
            stamp = Text(f"{time.monotonic() - start:5.1f} s  ", "dim")
            console.print(Text.assemble(stamp, text), soft_wrap=True)
            status.update(Text(text))

        def line(text: str) -> None:
            if text.strip():
                status.update(Text(f"{current}: {text.strip()}"[: console.width - 4]))

        yield step, line
