"""The result of a calibration, ``vss.calibration/1``, as JSON and as a table.

It holds counts and rates alone: no ids, no names, no embeddings, no score of anybody.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any, Self

from high_level_algorithms.identification import Gallery
from rich.console import Group
from rich.table import Table
from rich.text import Text

from vss.calibration.open_set import OpenSet, OperatingPoint, choose_threshold
from vss.calibration.proportion import CONFIDENCE, Rate

CALIBRATION_FORMAT = "vss.calibration/1"

_THRESHOLD_SCALE = 10**4


@dataclass(frozen=True, slots=True)
class Calibration:
    """A chosen threshold and what it was chosen from.

    Attributes:
        made_on: the day of the calibration.
        network_sha384: hash of the weights of the embedding network: the threshold is for its
            scores alone.
        people: in the gallery.
        people_without_mated_search: of them, those with one template.
        templates: of all people.
        wanted_fpir: what the threshold was chosen for, 0..1.
        chosen: the threshold with its rates.
        present: likewise the one in use until now.
    """

    made_on: date
    network_sha384: str
    people: int
    people_without_mated_search: int
    templates: int
    wanted_fpir: float
    chosen: OperatingPoint
    present: OperatingPoint

    @classmethod
    def of(
        cls,
        gallery: Gallery,
        open_set: OpenSet,
        wanted_fpir: float,
        present: float,
        network_sha384: str,
        made_on: date,
    ) -> Self:
        """Choose the threshold for ``wanted_fpir`` from searches in ``gallery``.

        Raises:
            ConfigurationError: see ``choose_threshold``.
        """
        return cls(
            made_on=made_on,
            network_sha384=network_sha384,
            people=len(gallery.person_ids),
            people_without_mated_search=open_set.people_without,
            templates=len(gallery.templates),
            wanted_fpir=wanted_fpir,
            chosen=open_set.at(_as_setting(choose_threshold(open_set, wanted_fpir))),
            present=open_set.at(present),
        )

    def to_json(self) -> str:
        """Return the ``vss.calibration/1``, rates as shares 0..1."""
        content = {
            "format": CALIBRATION_FORMAT,
            "made_on": self.made_on.isoformat(),
            "network_sha384": self.network_sha384,
            "gallery": {
                "people": self.people,
                "people_without_mated_search": self.people_without_mated_search,
                "templates": self.templates,
            },
            "wanted_fpir": self.wanted_fpir,
            "confidence": CONFIDENCE,
            "chosen": _point(self.chosen),
            "present": _point(self.present),
        }
        return json.dumps(content, indent=2) + "\n"


def _as_setting(threshold: float) -> float:
    """Round up to four digits above 0: what is counted, shown and written is one number."""
    return max(1, ceil(threshold * _THRESHOLD_SCALE)) / _THRESHOLD_SCALE


def _point(point: OperatingPoint) -> dict[str, Any]:
    fnir = point.fnir
    return {
        "threshold": point.threshold,
        "fpir": _rate(point.fpir, "non_mated_searches", "false_positives"),
        "fnir": None if fnir is None else _rate(fnir, "mated_searches", "misses"),
    }


def _rate(rate: Rate, trials: str, events: str) -> dict[str, Any]:
    return {
        trials: rate.trials,
        events: rate.events,
        "rate": rate.share,
        "interval": list(rate.interval),
    }


def calibration_report(calibration: Calibration) -> Group:
    """Return what the terminal shows, with what has to be known of its figures below."""
    points = (("present", calibration.present), ("chosen", calibration.chosen))
    return Group(rates_table(points), *(Text(line, "dim") for line in _notes(calibration)))


def rates_table(points: Sequence[tuple[str, OperatingPoint]]) -> Table:
    """Return the table of thresholds, each with a name, and the error rates at them."""
    table = Table(title="Open-set identification, errors counted")
    interval = f"{100 * CONFIDENCE:g} % interval"
    for column in ("threshold", "", "FPIR", interval, "FNIR", interval):
        table.add_column(column, justify="left" if column == "threshold" else "right")
    for name, point in points:
        table.add_row(
            name,
            Text(f"{point.threshold:.4f}", "bold"),
            *_shown(point.fpir),
            *(("unknown", "") if point.fnir is None else _shown(point.fnir)),
        )
    return table


def _shown(rate: Rate) -> tuple[str, str]:
    low, high = rate.interval
    counted = f"{_percent(rate.share)} ({rate.events:,} of {rate.trials:,})"
    return counted, f"{_percent(low)} to {_percent(high)}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _notes(calibration: Calibration) -> list[str]:
    most = calibration.chosen.fpir.interval[1]
    notes = [
        f"Chosen for an FPIR of {_percent(calibration.wanted_fpir)} among {calibration.people:,} "
        f"people with {calibration.templates:,} templates. FPIR grows with the gallery: calibrate "
        "again when people were added.",
        "FPIR: faces of strangers that are named. FNIR: photographs of the gallery, each searched "
        "for without itself, that are not named right. Cameras see people worse.",
        "The intervals take all faces as independent: several of one person make them too narrow.",
    ]
    if calibration.people_without_mated_search:
        notes.append(
            f"Of the people {calibration.people_without_mated_search:,} have one photograph: "
            "nothing tells how often those are missed."
        )
    if calibration.chosen.threshold < calibration.present.threshold:
        notes.append(
            "The chosen threshold is below the present one: it names more strangers, and misses "
            "fewer people."
        )
    if most > calibration.wanted_fpir:
        notes.append(
            f"The true FPIR may be up to {_percent(most)}: more strangers narrow the interval."
        )
    return notes
