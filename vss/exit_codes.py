"""What the commands answer when something goes wrong: a line and an exit code.

1: it did not work out; 2: wrong usage, or a machine that cannot do it; 130: interrupted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def exit_codes(*failures: type[Exception]) -> Iterator[None]:
    """Turn errors of this project, of the system and ``failures`` into a line and an exit code."""
    from deep_learning.errors import ConfigurationError, SurveillanceError

    expected: tuple[type[Exception], ...] = (SurveillanceError, OSError, *failures)
    try:
        yield
    except ConfigurationError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except expected as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
