"""The tables of people, of their photographs, and of what was erased of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from business_logic.enrolment_report import EnrolmentStatus
from business_logic.record import Json
from rich.console import Group
from rich.table import Table
from rich.text import Text

from vss.cloud.persons import EnrolledPhotograph, KnownPerson

_STYLE = {EnrolmentStatus.ENROLLED: "green", EnrolmentStatus.REFUSED: "yellow"}
_ACCEPTED = {EnrolmentStatus.ENROLLED: "accepted", EnrolmentStatus.REFUSED: "refused"}


def enrolment_table(title: str, reports: Mapping[Path, Json | None]) -> Table:
    """Return what became of photographs, a row each; None is a report that has not come."""
    table = _table(title, "photograph", "result", "reason")
    for path, report in reports.items():
        table.add_row(Text(str(path)), *_result(report))
    return table


def persons_table(persons: Sequence[KnownPerson]) -> Table:
    """Return the people, a row each."""
    table = _table("People", "person", "templates", "until")
    for person in persons:
        until = "nobody is compared with them" if person.until is None else f"{person.until}"
        table.add_row(person.person_id, str(person.templates), until)
    return table


def photographs_table(person_id: str, photographs: Sequence[EnrolledPhotograph]) -> Table:
    """Return the photographs of a person, a row each."""
    table = _table(
        f"Photographs of {person_id}", "photograph", "result", "reason", "until", "basis"
    )
    for item in photographs:
        template = item.template or {"until": "", "basis": ""}
        table.add_row(
            Text(item.key.name), *_result(item.report), template["until"], Text(template["basis"])
        )
    return table


def receipt_table(receipt: Json) -> Group:
    """Return what a receipt says was erased, and what remains."""
    erased = _table(f"Erased of {receipt['person_id']}", "what", "things", "versions", "where")
    for item in receipt["erased"]:
        counts = str(item["objects"]), str(item["versions"])
        erased.add_row(item["what"], *counts, Text(item["where"]))
    remains = _table("What remains, and until when", "what", "until", "where")
    for item in receipt["remains"]:
        remains.add_row(item["what"], item["until"] or "nothing here ends it", Text(item["where"]))
    return Group(erased, remains)


def _result(report: Json | None) -> tuple[Text, Text]:
    if report is None:
        return Text("no report", "red"), Text("")
    status = EnrolmentStatus(report["status"])
    return Text(_ACCEPTED[status], _STYLE[status]), Text(report["text"] or "")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
