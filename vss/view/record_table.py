"""The table of records in the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from business_logic.record import Json
from rich.table import Table
from rich.text import Text

_STATUS_STYLE = {"analysed": "green", "covered": "bold red", "rejected": "yellow"}
_FACE_STYLE = {"identified": "green", "unknown": "dark_orange"}


def record_table(records: Iterable[Json]) -> Table:
    """Return a table with one row a record."""
    table = Table(title="What the cameras saw")
    table.add_column("image", overflow="fold")
    table.add_column("status")
    table.add_column("p(covered)", justify="right")
    table.add_column("persons", justify="right")
    table.add_column("faces")
    table.add_column("ms", justify="right")
    for record in records:
        cover = record["cover"]
        table.add_row(
            record["frame"]["key"],
            Text(record["status"], _STATUS_STYLE[record["status"]]),
            "" if cover is None else f"{cover['probability']:.3f}",
            "" if record["status"] == "rejected" else str(len(record["persons"])),
            _faces(record),
            f"{sum(record['timings_ms'].values()):.0f}",
        )
    return table


def _faces(record: Json) -> Text:
    if record["reason"] is not None:
        return Text(record["reason"], "yellow")
    return Text(", ").join(_face(person["face"]) for person in record["persons"])


def _face(face: Json) -> Text:
    style = _FACE_STYLE.get(face["status"], "dim")
    if face["person_id"] is not None:
        return Text(f"{face['person_id']} {face['score']:.2f}", style)
    return Text(face["status"].replace("_", " "), style)
