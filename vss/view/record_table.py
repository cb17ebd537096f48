"""The table of records in the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from business_logic.record import Json
from rich.console import Group
from rich.table import Table
from rich.text import Text

from vss.view.model_set_notice import notices_of

_STATUS_STYLE = {"analysed": "green", "covered": "bold red", "rejected": "yellow"}
_FACE_STYLE = {"identified": "green", "unknown": "dark_orange"}


def record_table(records: Sequence[Json]) -> Group:
    """Return a table with one row a record, and a line below on networks that know little."""
    return Group(_table(records), *(Text(notice, "yellow") for notice in notices_of(records)))


def _table(records: Sequence[Json]) -> Table:
    """Make the table; with cameras where the records name any."""
    with_cameras = any(record["frame"]["camera_id"] is not None for record in records)
    table = Table(title="What the cameras saw")
    if with_cameras:
        table.add_column("camera", overflow="fold")
    table.add_column("image", overflow="fold")
    table.add_column("status")
    table.add_column("p(covered)", justify="right")
    table.add_column("persons", justify="right")
    table.add_column("faces")
    table.add_column("ms", justify="right")
    for record in records:
        cover = record["cover"]
        table.add_row(
            *([record["frame"]["camera_id"] or "-"] if with_cameras else []),
            PurePath(record["frame"]["key"]).name,
            Text(record["status"], _STATUS_STYLE[record["status"]]),
            "" if cover is None else f"{cover['probability']:.3f}",
            "" if record["status"] == "rejected" else str(len(record["persons"])),
            _faces(record),
            f"{sum(record['timings_ms'].values()):.0f}",
        )
    return table


def _faces(record: Json) -> Text:
    """Name the known, count the others."""
    if record["reason"] is not None:
        return Text(record["reason"], "yellow")
    faces = [person["face"] for person in record["persons"]]
    known = [
        Text(f"{face['person_id']} {face['score']:.2f}", _FACE_STYLE["identified"])
        for face in faces
        if face["person_id"] is not None
    ]
    others = Counter(face["status"] for face in faces if face["person_id"] is None)
    counted = [
        Text(f"{count} {status.replace('_', ' ')}", _FACE_STYLE.get(status, "dim"))
        for status, count in others.items()
    ]
    return Text(", ").join(known + counted)
