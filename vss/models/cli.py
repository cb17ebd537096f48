"""The commands ``vss models list | pull | verify``.

Exit codes: 0 all is well, 1 a file is not as the manifest says, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from deep_learning.catalogue import Manifest, NetworkEntry
from deep_learning.errors import ConfigurationError, ModelError

from vss.models.verification import inspect, network_state
from vss.paths import MANIFEST

app = typer.Typer(no_args_is_help=True, help="The networks: list, fetch and verify their files.")

ManifestOption = Annotated[Path, typer.Option("--manifest", help="The manifest of the networks.")]
ModelSetOption = Annotated[
    str | None,
    typer.Option("--model-set", help="Only this set of networks; all of the manifest by default."),
]
MirrorOption = Annotated[
    str | None,
    typer.Option(
        "--mirror",
        envvar="VSS_MODEL_MIRROR",
        metavar="DIR-or-URL",
        help="Where the files lie as <network>/<precision>/<file>, instead of their official "
        "addresses.",
    ),
]


@app.command("list")
def list_networks(manifest: ManifestOption = MANIFEST) -> None:
    """List the networks: role, model sets, precision, licence, size, state on this machine."""
    from rich.console import Console
    from rich.table import Table

    content = _read(manifest)
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("role", no_wrap=True)
    table.add_column("network", min_width=19, overflow="fold")
    table.add_column("sets", no_wrap=True)
    table.add_column("precision", no_wrap=True)
    table.add_column("licence")
    table.add_column("bytes", justify="right", no_wrap=True)
    table.add_column("state")
    for entry in content.networks:
        table.add_row(
            entry.role,
            entry.name,
            ", ".join(content.sets_with(entry)),
            entry.precision,
            entry.licence,
            f"{sum(file.size for file in entry.files):,}",
            network_state(content.root, entry).value,
        )
    # A file or a pipe has no width of its own; a folded name could not be searched for.
    Console(width=None if Console().is_terminal else 160).print(table)


@app.command()
def verify(manifest: ManifestOption = MANIFEST, model_set: ModelSetOption = None) -> None:
    """Check size and SHA-384 of every file; exit code 1 if one is missing or altered."""
    content = _read(manifest)
    statuses = inspect(content.root, _networks(content, model_set))
    for status in statuses:
        problem = "" if status.problem is None else f": {status.problem}"
        typer.echo(f"{status.state:<18}  {status.name}{problem}")
    bad = sum(not status.state.is_good for status in statuses)
    if bad:
        typer.echo(
            f"{bad} of {len(statuses)} files are not as {manifest} says; "
            "`vss models pull` fetches what it can",
            err=True,
        )
        raise typer.Exit(1)
    typer.echo(f"all {len(statuses)} files are as {manifest} says")


@app.command("pull")
def pull_files(manifest: ManifestOption = MANIFEST, mirror: MirrorOption = None) -> None:
    """Fetch the files that are missing or altered, resuming what an earlier pull left."""
    from vss.models.addresses import parse_mirror, source_name
    from vss.models.progress import reporting
    from vss.models.pull import Result, pull

    content = _read(manifest)
    try:
        source = None if mirror is None else parse_mirror(mirror)
    except ConfigurationError as error:
        _usage_error(str(error))
    start = time.monotonic()
    try:
        with reporting() as reporter:
            outcomes = pull(content, source, reporter)
    except KeyboardInterrupt:
        typer.echo(
            "interrupted; what has arrived is kept, pull again to go on from there", err=True
        )
        raise typer.Exit(130) from None
    seconds = time.monotonic() - start
    fetched = [outcome for outcome in outcomes if outcome.result is Result.FETCHED]
    bad = sum(not outcome.is_good for outcome in outcomes)
    typer.echo(
        f"fetched {len(fetched)} of {len(outcomes)} files, "
        f"{sum(outcome.received for outcome in outcomes):,} bytes in {seconds:.1f} s "
        f"from {source_name(source)}; {bad} failed"
    )
    if bad:
        raise typer.Exit(1)


def _read(manifest: Path) -> Manifest:
    try:
        return Manifest.read(manifest)
    except ModelError as error:
        _usage_error(str(error))


def _networks(content: Manifest, model_set: str | None) -> Iterable[NetworkEntry]:
    if model_set is None:
        return content.networks
    try:
        return content.set_named(model_set).networks.values()
    except ModelError as error:
        _usage_error(str(error))


def _usage_error(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)
