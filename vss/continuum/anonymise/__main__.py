"""Anonymise and split a video: ``python -m vss.continuum.anonymise VIDEO OUTPUT``.

Exit codes: 0 images and report are written, withheld frames are in the report; 1 the video cannot
be sampled, a network is missing or something cannot be written; 2 wrong usage; 130 interrupted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vss.exit_codes import exit_codes
from vss.paths import MANIFEST

app = typer.Typer(add_completion=False)

_OURS = {"demo": "demo-masks", "omz": "masks"}


@app.command()
def main(
    video: Annotated[Path, typer.Argument(help="The video.")],
    output: Annotated[Path, typer.Argument(help="Where <stem>/img<n>.jpg and the report go.")],
    interval: Annotated[
        float, typer.Option(envvar="VSS_INTERVAL_S", help="Seconds of video per image.")
    ] = 5.0,
    cells: Annotated[
        float | None,
        typer.Option(envvar="VSS_CELLS", help="Cells a head keeps in height, 1 to 64."),
    ] = None,
    model_set: Annotated[
        str, typer.Option(envvar="VSS_MODEL_SET", help="Networks: omz for people, demo for made.")
    ] = "omz",
    manifest: Annotated[
        Path, typer.Option(envvar="VSS_MANIFEST", help="The manifest of the networks.")
    ] = MANIFEST,
    threads: Annotated[
        int, typer.Option(envvar="VSS_THREADS", help="Threads; no more than the CPUs allowed.")
    ] = 1,
) -> None:
    """Take an image of each few seconds of a video, with every head made unrecognisable."""
    with exit_codes():
        _run(video, output, interval, cells, model_set, manifest, threads)


def _run(
    video: Path,
    output: Path,
    interval: float,
    cells: float | None,
    model_set: str,
    manifest: Path,
    threads: int,
) -> None:
    # Imported here: a question for help waits for no library.
    import cv2
    from deep_learning.catalogue import Manifest
    from rich.console import Console
    from rich.progress import Progress

    from vss.continuum.anonymise.anonymiser import Anonymiser
    from vss.continuum.anonymise.obscuring import DEFAULT_CELLS
    from vss.continuum.anonymise.report import Method
    from vss.continuum.anonymise.split import anonymise_and_split

    cv2.setNumThreads(threads)
    if knows := Manifest.read(manifest).set_named(model_set).knows:
        typer.echo(f"The networks of the set {model_set} know {knows}.", err=True)
    method = Method(
        interval, DEFAULT_CELLS if cells is None else cells, model_set, _OURS.get(model_set)
    )
    anonymiser = Anonymiser.load(manifest, model_set, method.masks_set, method.cells, threads)
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("Frames", total=None)
        report = anonymise_and_split(
            video,
            output,
            anonymiser,
            method,
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    reasons = ", ".join(f"{count} {reason}" for reason, count in report["withheld"].items())
    typer.echo(f"{report['images']} images; withheld: {reasons or 'none'}")


if __name__ == "__main__":
    app()
