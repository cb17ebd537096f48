"""What the commands about people do and show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from business_logic.enrolment_report import EnrolmentStatus
from business_logic.record import Json
from deep_learning.errors import ConfigurationError
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from vss.cloud.deployment import Deployment
from vss.cloud.enrolment import (
    Photograph,
    await_reports,
    check_person_id,
    checked_terms,
    put_photographs,
)
from vss.cloud.erasure.kinds import Kind
from vss.cloud.erasure.receipt import (
    build_receipt,
    check_signing,
    read_receipt,
    sign_receipt,
    verify_receipt,
    write_receipt,
)
from vss.cloud.erasure.removal import Observer
from vss.cloud.erasure.sweep import Erased, Patience, erase_person
from vss.cloud.export import export_person
from vss.cloud.persons import list_persons, read_person
from vss.cloud.photograph_files import read_photographs
from vss.cloud.redrive import ENROLMENT, dead_letters
from vss.cloud.renewal import count_photographs, renew
from vss.view.persons_tables import (
    enrolment_table,
    persons_table,
    photographs_table,
    receipt_table,
)


def enrol(
    deployment: Deployment,
    person_id: str,
    paths: Sequence[Path],
    terms: tuple[str, date],
    timeout_s: float,
) -> int:
    """Enrol a person by photographs, show what became of each; return the exit status.

    Args:
        deployment: whose function enrols them.
        person_id: whom.
        paths: photographs, all of this person.
        terms: on what basis, and the last day.
        timeout_s: how long to wait for the reports.
    """
    check_person_id(person_id)
    checked = checked_terms(*terms)
    files = read_photographs(paths)
    reports: dict[Path, Json | None] = {file.path: None for file in files}
    with _bars() as progress:
        task = progress.add_task("Putting photographs", total=len(files))
        put = put_photographs(
            deployment, person_id, files, checked, lambda _: progress.advance(task)
        )
        _gather(deployment, put, timeout_s, reports, progress)
    return _show_reports(deployment, f"Enrolment of {person_id}", reports, timeout_s)


def renew_all(deployment: Deployment, timeout_s: float) -> int:
    """Make all templates anew, show what became of each photograph; return the exit status."""
    reports: dict[Path, Json | None] = {}
    with _bars() as progress:
        total = count_photographs(deployment)
        task = progress.add_task("Putting photographs again", total=total)
        put = renew(deployment, lambda _: progress.advance(task))
        reports |= {photograph.path: None for photograph in put}
        _gather(deployment, put, timeout_s, reports, progress)
    return _show_reports(deployment, "Renewal", reports, timeout_s)


def _gather(
    deployment: Deployment,
    put: Sequence[Photograph],
    timeout_s: float,
    reports: dict[Path, Json | None],
    progress: Progress,
) -> None:
    task = progress.add_task("Awaiting reports", total=len(put))
    for photograph, report in await_reports(deployment, put, timeout_s):
        reports[photograph.path] = report
        progress.advance(task)


def _show_reports(
    deployment: Deployment, title: str, reports: Mapping[Path, Json | None], timeout_s: float
) -> int:
    """Print what became of photographs; return the exit status: 0 where all were taken."""
    Console().print(enrolment_table(title, reports))
    missing = sum(report is None for report in reports.values())
    if missing:
        Console(stderr=True).print(
            f"{missing} of {len(reports)} reports have not come within {timeout_s:g} s; dead "
            f"letters: {dead_letters(deployment, ENROLMENT)}",
            style="yellow",
        )
    taken = [report and report["status"] == EnrolmentStatus.ENROLLED for report in reports.values()]
    return 0 if all(taken) else 1


def show_persons(deployment: Deployment) -> None:
    """Print the people, a line each."""
    Console().print(persons_table(list_persons(deployment)))


def show_person(deployment: Deployment, person_id: str) -> None:
    """Print the photographs of a person."""
    Console().print(photographs_table(person_id, read_person(deployment, person_id)))


def export(deployment: Deployment, person_id: str, folder: Path) -> None:
    """Copy all that there is of a person into a folder, and say how much."""
    check_person_id(person_id)
    with _bars() as progress:
        task = progress.add_task("Looking through the records", total=None)
        written = export_person(
            deployment, person_id, folder, lambda count: progress.update(task, completed=count)
        )
    Console().print(f"{len(written)} files are in {folder}", soft_wrap=True)


def remove(deployment: Deployment, person_id: str, path: Path | None) -> None:
    """Erase a person, keep the signed receipt, show it.

    Args:
        deployment: that has the person.
        person_id: whom.
        path: of the receipt, a new file; one in the present folder, named after person and time,
            by default.
    """
    if path is not None and path.exists():
        raise ConfigurationError(f"{path} exists; a receipt is written into a new file")
    check_signing(deployment)
    erased = _erase(deployment, person_id)
    receipt = sign_receipt(deployment, build_receipt(deployment, erased))
    target = path or Path(f"erasure-{person_id}-{erased.finished:%Y%m%dT%H%M%SZ}.json")
    write_receipt(target, receipt)
    erased.progress.forget()
    console = Console()
    console.print(receipt_table(receipt))
    console.print(f"The signed receipt: {target}", soft_wrap=True)


def _erase(deployment: Deployment, person_id: str) -> Erased:
    # One second more: an invocation begins a moment after the clock that is looked at here.
    patience = Patience(deployment.invocation_limit_s + 1)
    with _bars() as progress:
        tasks = {kind: progress.add_task(kind.value, total=None, visible=False) for kind in Kind}
        looking = progress.add_task("Records looked through", total=None, visible=False)
        pause = progress.add_task("", total=None, visible=False)

        def told(kind: Kind, count: int) -> None:
            progress.update(tasks[kind], completed=count, visible=True)

        def waiting(seconds: float) -> None:
            text = f"Looking again in {seconds:.0f} s, when all functions that still run have ended"
            progress.update(pause, description=text, visible=True)

        def looked(records: int) -> None:
            progress.update(looking, completed=records, visible=True)

        observer = Observer(told, looked, waiting)
        return erase_person(deployment, person_id, patience, observer)


def verify(deployment: Deployment, path: Path) -> None:
    """Check the signature of a receipt, show what it says."""
    receipt = read_receipt(path)
    verify_receipt(deployment, receipt)
    console = Console()
    console.print(receipt_table(receipt))
    console.print(
        f"The signature fits: written by {deployment.name}, finished {receipt['finished']}",
        style="green",
        soft_wrap=True,
    )


def _bars() -> Progress:
    """Return a line for each thing that is counted; of some nobody knows how many there are."""
    columns = SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn()
    return Progress(*columns, console=Console(stderr=True), transient=True)
