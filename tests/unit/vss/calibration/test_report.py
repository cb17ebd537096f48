"""The result of a calibration: the JSON, the table, and what must not be in them."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from deep_learning.errors import ConfigurationError
from jsonschema import Draft202012Validator
from rich.console import Console

from tests.unit.vss.calibration.people_and_strangers import gallery_of, strangers_of
from vss.calibration.open_set import OpenSet, leave_one_out
from vss.calibration.proportion import Rate
from vss.calibration.report import Calibration, calibration_table, shown_threshold

GALLERY = gallery_of(1, [3, 2, 1, 4])
OPEN_SET = OpenSet.of(leave_one_out(GALLERY), GALLERY.scores(strangers_of(2, 200)))
SHA384 = "0123456789ab" * 8
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
COUNT = {"type": "integer", "minimum": 0}


def schema_of(**properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def rate_of(trials: str, events: str) -> dict[str, object]:
    ends = {"type": "array", "items": SHARE, "minItems": 2, "maxItems": 2}
    return schema_of(**{trials: COUNT, events: COUNT, "rate": SHARE, "interval": ends})


SCHEMA = schema_of(
    format={"const": "vss.calibration/1"},
    made_on={"const": "2026-11-22"},
    network_sha384={"pattern": "^[0-9a-f]{96}$"},
    gallery=schema_of(people=COUNT, people_without_mated_search=COUNT, templates=COUNT),
    wanted_fpir=SHARE,
    threshold={"type": "number"},
    confidence={"const": 0.95},
    fpir=rate_of("non_mated_searches", "false_positives"),
    fnir=rate_of("mated_searches", "misses"),
)


def calibration(wanted: float = 0.02) -> Calibration:
    return Calibration.of(GALLERY, OPEN_SET, wanted, SHA384, date(2026, 11, 22))


def printed(shown: Calibration) -> str:
    console = Console(width=160)
    with console.capture() as capture:
        console.print(calibration_table(shown))
    return capture.get()


def test_it_counts_what_it_was_made_from() -> None:
    made = calibration()
    assert (made.people, made.people_without_mated_search, made.templates) == (4, 1, 10)
    assert made.fpir == Rate(4, 200)
    assert made.fnir is not None
    assert made.fnir.trials == 9


def test_the_json_has_its_fields_and_no_others() -> None:
    content = json.loads(calibration().to_json())
    Draft202012Validator(SCHEMA).validate(content)
    assert content["threshold"] == calibration().threshold
    assert content["fpir"]["rate"] == 0.02
    assert content["fpir"]["interval"] == pytest.approx([0.00548, 0.05041], abs=1e-5)
    assert calibration().to_json().endswith("}\n")


def test_nobody_is_in_it() -> None:
    text = calibration().to_json() + printed(calibration())
    assert not any(person_id in text for person_id in GALLERY.person_ids)
    others = {float(score) for score in [*OPEN_SET.mated, *OPEN_SET.non_mated]}
    assert calibration().threshold not in others
    assert not any(repr(score) in text for score in others)


def test_the_table_shows_rates_intervals_and_counts() -> None:
    text = printed(calibration())
    for part in (
        "wanted FPIR",
        "2 %",
        "0.548 % to 5.04 %",
        "4 of 200 strangers' faces named",
        "of 9 photographs not recognised",
        "4 people with 10 templates",
        "Of the people 1 have one photograph",
        "may be up to 5.04 %",
        shown_threshold(calibration().threshold),
    ):
        assert part in text


def test_notes_that_do_not_apply_are_left_out() -> None:
    content = replace(calibration(0.5), people_without_mated_search=0, fpir=Rate(1, 200))
    text = printed(content)
    assert "one photograph" not in text
    assert "may be up to" not in text


def test_an_unknown_fnir_is_called_unknown() -> None:
    without = replace(calibration(), fnir=None)
    assert json.loads(without.to_json())["fnir"] is None
    assert "nobody has 2 photographs" in printed(without)


@pytest.mark.parametrize(
    ("threshold", "shown"), [(0.36121, "0.3613"), (0.3612, "0.3612"), (-0.10009, "-0.1000")]
)
def test_a_threshold_is_rounded_up(threshold: float, shown: str) -> None:
    assert shown_threshold(threshold) == shown


@pytest.mark.parametrize("seed", range(20))
def test_the_shown_threshold_keeps_to_the_rate(seed: int) -> None:
    gallery = gallery_of(seed, [2, 2, 2])
    open_set = OpenSet.of(leave_one_out(gallery), gallery.scores(strangers_of(seed + 99, 150)))
    made = Calibration.of(gallery, open_set, 0.02, SHA384, date(2026, 11, 22))
    assert open_set.fpir(float(shown_threshold(made.threshold))).share <= 0.02
    assert float(shown_threshold(made.threshold)) == pytest.approx(made.threshold, abs=1e-4)


def test_too_few_strangers_give_no_report() -> None:
    few = OpenSet(OPEN_SET.mated, np.sort(OPEN_SET.non_mated[:10]), 1)
    with pytest.raises(ConfigurationError, match="10 faces of strangers cannot support"):
        Calibration.of(GALLERY, few, 0.02, SHA384, date(2026, 11, 22))
