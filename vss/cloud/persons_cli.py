"""The commands about people: ``vss enrol``, ``vss persons list | show | …``.

Exit codes are those of ``vss.cloud.cli``; ``enrol`` ends with 1 where a photograph was refused.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from vss.cloud.connection import LocalOption, ProfileOption, StageOption, connected

app = typer.Typer()
persons_app = typer.Typer(no_args_is_help=True, help="The people who are enrolled.")

PersonArgument = Annotated[
    str, typer.Argument(metavar="PERSON", help="The person's id: an id, not a name.")
]


@app.command()
def enrol(
    person: PersonArgument,
    photographs: Annotated[list[Path], typer.Argument(help="Photographs of this person alone.")],
    basis: Annotated[
        str, typer.Option(help="Why the person may be enrolled: number of a consent form, …")
    ],
    until: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day of the enrolment.")
    ],
    timeout: Annotated[
        float, typer.Option(min=0, help="Wait up to this many seconds for the reports.")
    ] = 120.0,
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """Enrol a person: each photograph is judged, and the person known from now on.

    Ends with 1 where a photograph was refused or its report has not come.
    """
    from vss.cloud import persons_commands

    with connected(stage, local, profile) as deployment:
        terms = basis, until.date()
        raise typer.Exit(persons_commands.enrol(deployment, person, photographs, terms, timeout))


@persons_app.command("list")
def list_all(
    stage: StageOption = None, local: LocalOption = None, profile: ProfileOption = None
) -> None:
    """Show who is enrolled, by how many templates, until when."""
    from vss.cloud import persons_commands

    with connected(stage, local, profile) as deployment:
        persons_commands.show_persons(deployment)


@persons_app.command()
def show(
    person: PersonArgument,
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """Show the photographs of a person, and what became of each."""
    from vss.cloud import persons_commands

    with connected(stage, local, profile) as deployment:
        persons_commands.show_person(deployment, person)


@persons_app.command()
def export(
    person: PersonArgument,
    folder: Annotated[Path, typer.Argument(help="The folder to copy it into.")],
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """Copy all that there is of a person: photographs, templates, terms, where they were seen."""
    from vss.cloud import persons_commands

    with connected(stage, local, profile) as deployment:
        persons_commands.export(deployment, person, folder)


@persons_app.command()
def remove(
    person: PersonArgument,
    receipt: Annotated[
        Path | None,
        typer.Option(help="The new file for the receipt; erasure-PERSON-TIME.json by default."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """Erase a person everywhere, past records too, and write a signed receipt.

    Cut off, it is to be run again: it goes on, and the receipt covers all.
    """
    from vss.cloud import persons_commands

    with connected(stage, local, profile) as deployment:
        if not yes:
            typer.confirm(f"Erase all that {deployment.name} has of {person}?", abort=True)
        persons_commands.remove(deployment, person, receipt)


@persons_app.command()
def renew(
    timeout: Annotated[
        float, typer.Option(min=0, help="Wait up to this many seconds for the reports.")
    ] = 600.0,
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """Make all templates anew from the photographs, as after a change of the model set.

    Ends with 1 where a photograph was refused or its report has not come.
    """
    from vss.cloud import persons_commands

    with connected(stage, local, profile) as deployment:
        raise typer.Exit(persons_commands.renew_all(deployment, timeout))


@persons_app.command()
def verify(
    receipt: Annotated[Path, typer.Argument(help="A receipt of an erasure.")],
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """Check the signature of a receipt; ends with 1 where it does not fit."""
    from vss.cloud import persons_commands

    with connected(stage, local, profile) as deployment:
        persons_commands.verify(deployment, receipt)
