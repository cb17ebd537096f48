"""The demo's people: their photographs put into the bucket, enrolled by the deployed function."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from business_logic.calendar import today
from business_logic.enrolment_report import EnrolmentStatus
from business_logic.enrolment_terms import EnrolmentTerms
from rich.console import Console
from rich.progress import Progress

from vss.cloud.deployment import Deployment
from vss.cloud.enrolment import await_reports, put_photographs
from vss.cloud.photograph_files import read_photographs

_BASIS = "demonstration with rendered and published photographs"
_LIMIT_S = 120.0


def enrol_people(deployment: Deployment, folder: Path, console: Console) -> None:
    """Enrol the people of ``folder/<person>/<photographs>``; say who is known, and who is not why.

    Raises:
        DeploymentError: the bucket refuses.
    """
    terms = EnrolmentTerms(_BASIS, today() + timedelta(days=1))
    people = {
        person.name: read_photographs(sorted(person.iterdir())) for person in folder.iterdir()
    }
    with Progress(console=console) as progress:
        total = sum(map(len, people.values()))
        task = progress.add_task("Enrolling people by their photographs", total=total)
        put = [
            photograph
            for person_id, files in people.items()
            for photograph in put_photographs(deployment, person_id, files, terms, lambda _: None)
        ]
        known = set()
        for photograph, report in await_reports(deployment, put, _LIMIT_S):
            progress.advance(task)
            if report["status"] == EnrolmentStatus.ENROLLED:
                known.add(photograph.key.person_id)
            else:
                text = f"{photograph.key.person_id}: {photograph.path.name}: {report['text']}"
                progress.console.print(text, style="yellow", markup=False)
    console.print(f"Gallery: {len(known)} of {len(people)} people are known")
