"""The result of a calibration, ``vss.calibration/1``, as JSON and as a table.

It holds counts and rates alone: no ids, no names, no embeddings, no score of anybody.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any, Self

from high_level_algorithms.identification import Gallery
from rich.console import Group
from rich.table import Table
from rich.text import Text

from vss.calibration.open_set import OpenSet, choose_threshold
from vss.calibration.proportion import CONFIDENCE, Rate

CALIBRATION_FORMAT = "vss.calibration/1"

_THRESHOLD_DIGITS = 4


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
        threshold: the least comparison score (cosine) of an identification.
        fpir: counted at the threshold; its trials are the non-mated searches.
        fnir: likewise of the mated searches, None where there are none.
    """

    made_on: date
    network_sha384: str
    people: int
    people_without_mated_search: int
    templates: int
    wanted_fpir: float
    threshold: float
    fpir: Rate
    fnir: Rate | None

    @classmethod
    def of(
        cls,
        gallery: Gallery,
        open_set: OpenSet,
        wanted_fpir: float,
        network_sha384: str,
        made_on: date,
    ) -> Self:
        """Choose the threshold for ``wanted_fpir`` from searches in ``gallery``.

        Raises:
            ConfigurationError: see ``choose_threshold``.
        """
        threshold = choose_threshold(open_set, wanted_fpir)
        return cls(
            made_on=made_on,
            network_sha384=network_sha384,
            people=len(gallery.person_ids),
            people_without_mated_search=open_set.people_without,
            templates=len(gallery.templates),
            wanted_fpir=wanted_fpir,
            threshold=threshold,
            fpir=open_set.fpir(threshold),
            fnir=open_set.fnir(threshold),
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
            "threshold": self.threshold,
            "confidence": CONFIDENCE,
            "fpir": _rate(self.fpir, "non_mated_searches", "false_positives"),
            "fnir": None if self.fnir is None else _rate(self.fnir, "mated_searches", "misses"),
        }
        return json.dumps(content, indent=2) + "\n"


def _rate(rate: Rate, trials: str, events: str) -> dict[str, Any]:
    return {
        trials: rate.trials,
        events: rate.events,
        "rate": rate.share,
        "interval": list(rate.interval),
    }


def calibration_table(calibration: Calibration) -> Group:
    """Return the table for the terminal, with what has to be known of its figures below."""
    table = Table(title="Calibration of the identification threshold")
    table.add_column("")
    table.add_column("value", justify="right")
    table.add_column(f"{100 * CONFIDENCE:g} % interval", justify="right")
    table.add_column("counted")
    table.add_row("wanted FPIR", _percent(calibration.wanted_fpir))
    table.add_row("threshold", Text(shown_threshold(calibration.threshold), "bold green"))
    table.add_row("FPIR", *_shown(calibration.fpir, "strangers' faces named"))
    if calibration.fnir is None:
        table.add_row("FNIR", "unknown", "", "nobody has 2 photographs")
    else:
        table.add_row("FNIR", *_shown(calibration.fnir, "photographs not recognised"))
    return Group(table, *(Text(line, "dim") for line in _notes(calibration)))


def shown_threshold(threshold: float) -> str:
    """Round a threshold up: whoever types what is shown must not let more strangers through."""
    scale = 10**_THRESHOLD_DIGITS
    return f"{ceil(threshold * scale) / scale:.{_THRESHOLD_DIGITS}f}"


def _shown(rate: Rate, what: str) -> tuple[str, str, str]:
    low, high = rate.interval
    counted = f"{rate.events:,} of {rate.trials:,} {what}"
    return _percent(rate.share), f"{_percent(low)} to {_percent(high)}", counted


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _notes(calibration: Calibration) -> list[str]:
    notes = [
        f"{calibration.people:,} people with {calibration.templates:,} templates in the gallery; "
        "FPIR grows with the gallery: calibrate again when people were added.",
        "The intervals take all faces as independent: several of one person make them too narrow.",
    ]
    if calibration.people_without_mated_search:
        notes.append(
            f"Of the people {calibration.people_without_mated_search:,} have one photograph: "
            "nothing tells how often those are missed."
        )
    if calibration.fpir.interval[1] > calibration.wanted_fpir:
        notes.append(
            f"The true FPIR may be up to {_percent(calibration.fpir.interval[1])}: more strangers "
            "narrow the interval."
        )
    return notes
