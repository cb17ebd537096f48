"""``make demo``: the app deployed into a local AWS, images in, records out, down again."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from business_logic.record import Json
from deep_learning.catalogue import Catalogue
from deep_learning.errors import SurveillanceError
from rich.console import Console

from vss.demo.deployed import clearest_trace, draw_findings, drop_and_await
from vss.demo.enrolment import enrol_people
from vss.demo.networks import fetch_networks
from vss.demo.shots import Shot, take_references, take_shots
from vss.local.deployment import LocalOptions, Running, down, up
from vss.local.progress import deploying
from vss.paths import DEFAULT_MODEL_SET, MANIFEST, REPOSITORY
from vss.view.contact_sheet import contact_sheet
from vss.view.record_table import record_table
from vss.view.waterfall import draw_waterfall, waterfall_table

FOLDER = REPOSITORY / "build" / "demo"


def main() -> int:
    """Run the demo; return the exit status."""
    parser = argparse.ArgumentParser(description="Deploy, drop images, show what comes back.")
    parser.add_argument("--model-set", default=DEFAULT_MODEL_SET, help="demo or omz")
    model_set: str = parser.parse_args().model_set
    console = Console()
    shutil.rmtree(FOLDER, ignore_errors=True)
    local = FOLDER / "local"  # beside a local AWS of the user's, not in its place
    try:
        knows_real_people = Catalogue.read(MANIFEST, model_set).model_set.knows is None
        if not fetch_networks(model_set):
            console.print(f"The networks of the set {model_set} cannot be fetched.", style="red")
            return 1
        references = take_references(FOLDER / "people", knows_real_people, console)
        shots = take_shots(FOLDER / "shots", knows_real_people, console)
        with deploying(console) as (step, line):
            options = LocalOptions(settings={"model_set": model_set}, folder=local)
            running = up(options, step, line)
        return _show(running, references, shots, console)
    except SurveillanceError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        return 1
    finally:
        down(local)


def _show(running: Running, references: Path, shots: Sequence[Shot], console: Console) -> int:
    console.print(f"{running.deployment.name}; KMS does not encrypt there", markup=False)
    for what, how in running.sandbox.items():
        console.print(f"  {what}: {how}", markup=False, style="dim")
    enrol_people(running.deployment, references, console)
    results = drop_and_await(running.deployment, shots, console)
    records = [record for _, record in results if record is not None]
    console.print(record_table(records))
    if (trace := clearest_trace(running.deployment, len(records))) is not None:
        console.print(waterfall_table(trace, console.width))
        drawing = draw_waterfall(trace, FOLDER / "trace.png")
        console.print(f"The trace drawn:     {drawing}", soft_wrap=True)
    pictures = draw_findings(results, FOLDER / "drawn")
    sheet = contact_sheet(pictures, FOLDER / "contact_sheet.jpg")
    console.print(f"Annotated pictures:  {FOLDER / 'drawn'}", soft_wrap=True)
    console.print(f"All on one sheet:    {sheet}", soft_wrap=True)
    return _complain(results, console)


def _complain(results: Sequence[tuple[Shot, Json | None]], console: Console) -> int:
    missing = [shot.path.name for shot, record in results if record is None]
    if missing:
        console.print(f"no record has come for {', '.join(missing)}", style="red", markup=False)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
