"""``make demo``: the app deployed into a local AWS, images in, records out, down again."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from business_logic.record import Json
from deep_learning.errors import SurveillanceError
from rich.console import Console

from vss.cloud.gallery import push_gallery
from vss.demo.deployed import clearest_trace, draw_findings, drop_and_await
from vss.demo.networks import fetch_networks, judge_covers
from vss.demo.shots import Shot, reference_folder, rendered_shots, take_shots
from vss.local.deployment import LocalOptions, Running, down, up
from vss.local.progress import deploying
from vss.paths import MANIFEST, REPOSITORY
from vss.view.contact_sheet import contact_sheet
from vss.view.record_table import record_table
from vss.view.waterfall import draw_waterfall, waterfall_table

FOLDER = REPOSITORY / "build" / "demo"


def main() -> int:
    """Run the demo; return the exit status."""
    console = Console()
    shutil.rmtree(FOLDER, ignore_errors=True)
    if not fetch_networks():
        return _without_networks(console)
    local = FOLDER / "local"  # beside a local AWS of the user's, not in its place
    try:
        with deploying(console) as (step, line):
            running = up(LocalOptions(folder=local), step, line)
        return _show(running, console)
    except SurveillanceError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        return 1
    finally:
        down(local)


def _without_networks(console: Console) -> int:
    """Show what the network of this repository can do, and say what is missing."""
    pictures = judge_covers(rendered_shots(FOLDER / "shots"), FOLDER / "drawn")
    console.print(
        "The pose and face networks cannot be fetched from here: nothing was deployed, and the "
        "camera-cover network of this repository alone judged the frames. "
        "`vss models pull --mirror DIR-or-URL` takes the others from a copy.",
        style="yellow",
    )
    _print_sheet(pictures, console)
    return 0


def _show(running: Running, console: Console) -> int:
    console.print(f"{running.deployment.name}; KMS does not encrypt there", markup=False)
    for what, how in running.sandbox.items():
        console.print(f"  {what}: {how}", markup=False, style="dim")
    if (references := reference_folder(FOLDER / "people")) is not None:
        people = push_gallery(running.deployment, references, MANIFEST).templates
        console.print(f"Gallery: {len(people)} people are known")
    shots = take_shots(FOLDER / "shots")
    results = drop_and_await(running.deployment, shots, console)
    records = [record for _, record in results if record is not None]
    console.print(record_table(records))
    if (trace := clearest_trace(running.deployment, len(records))) is not None:
        console.print(waterfall_table(trace, console.width))
        drawing = draw_waterfall(trace, FOLDER / "trace.png")
        console.print(f"The trace drawn:     {drawing}", soft_wrap=True)
    _print_sheet(draw_findings(results, FOLDER / "drawn"), console)
    return _complain(results, console)


def _print_sheet(pictures: Sequence[Path], console: Console) -> None:
    sheet = contact_sheet(pictures, FOLDER / "contact_sheet.jpg")
    console.print(f"Annotated pictures:  {FOLDER / 'drawn'}", soft_wrap=True)
    console.print(f"All on one sheet:    {sheet}", soft_wrap=True)


def _complain(results: Sequence[tuple[Shot, Json | None]], console: Console) -> int:
    missing = [shot.path.name for shot, record in results if record is None]
    if missing:
        console.print(f"no record has come for {', '.join(missing)}", style="red", markup=False)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
