"""The result of a calibration: the JSON, the table, and what must not be in them."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from deep_learning.errors import ConfigurationError
from jsonschema import Draft202012Validator
from rich.console import Console

from tests.unit.vss.calibration.people_and_strangers import (
    gallery_of,
    open_set_of,
    strangers_of,
)
from vss.calibration.open_set import OpenSet, choose_threshold, leave_one_out
from vss.calibration.proportion import Rate
from vss.calibration.report import Calibration, calibration_report, rates_table

GALLERY = gallery_of(1, [3, 2, 1, 4])
OPEN_SET = OpenSet.of(leave_one_out(GALLERY), GALLERY.scores(strangers_of(2, 200)))
SHA384 = "0123456789ab" * 8
PRESENT = 0.36
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


POINT = schema_of(
    threshold={"type": "number"},
    fpir=rate_of("non_mated_searches", "false_positives"),
    fnir=rate_of("mated_searches", "misses"),
)
SCHEMA = schema_of(
    format={"const": "vss.calibration/1"},
    made_on={"const": "2026-11-22"},
    network_sha384={"pattern": "^[0-9a-f]{96}$"},
    gallery=schema_of(people=COUNT, people_without_mated_search=COUNT, templates=COUNT),
    wanted_fpir=SHARE,
    confidence={"const": 0.95},
    chosen=POINT,
    present=POINT,
)


def calibration(wanted: float = 0.02) -> Calibration:
    return Calibration.of(GALLERY, OPEN_SET, wanted, PRESENT, SHA384, date(2026, 11, 22))


def printed(shown: Calibration) -> str:
    console = Console(width=160)
    with console.capture() as capture:
        console.print(calibration_report(shown))
    return capture.get()


def test_it_counts_what_it_was_made_from() -> None:
    made = calibration()
    assert (made.people, made.people_without_mated_search, made.templates) == (4, 1, 10)
    assert made.chosen.fpir == Rate(4, 200)
    assert made.chosen.fnir is not None
    assert made.chosen.fnir.trials == 9
    assert made.present == OPEN_SET.at(PRESENT)


def test_the_json_has_its_fields_and_no_others() -> None:
    content = json.loads(calibration().to_json())
    Draft202012Validator(SCHEMA).validate(content)
    assert content["chosen"]["threshold"] == calibration().chosen.threshold
    assert content["present"]["threshold"] == PRESENT
    assert content["chosen"]["fpir"]["rate"] == 0.02
    assert content["chosen"]["fpir"]["interval"] == pytest.approx([0.00548, 0.05041], abs=1e-5)
    assert calibration().to_json().endswith("}\n")


def test_nobody_is_in_it() -> None:
    text = calibration().to_json() + printed(calibration())
    assert not any(person_id in text for person_id in GALLERY.person_ids)
    others = {float(score) for score in [*OPEN_SET.mated, *OPEN_SET.non_mated]}
    assert calibration().chosen.threshold not in others
    assert not any(repr(score) in text for score in others)


def test_the_table_shows_rates_intervals_and_counts() -> None:
    text = printed(calibration())
    for part in (
        "Chosen for an FPIR of 2 %",
        "2 % (4 of 200)",
        "0.548 % to 5.04 %",
        "of 9)",
        "4 people with 10 templates",
        "Of the people 1 have one photograph",
        "may be up to 5.04 %",
        f"{PRESENT:.4f}",
        f"{calibration().chosen.threshold:.4f}",
    ):
        assert part in text


def test_notes_that_do_not_apply_are_left_out() -> None:
    chosen = replace(OPEN_SET.at(0.9), fpir=Rate(1, 200))
    content = replace(calibration(0.5), people_without_mated_search=0, chosen=chosen)
    text = printed(content)
    assert "one photograph" not in text
    assert "may be up to" not in text
    assert "below the present one" not in text


def test_a_threshold_that_lets_more_through_is_remarked_on() -> None:
    higher = replace(calibration(), present=OPEN_SET.at(0.95))
    assert "below the present one" in printed(higher)


def test_an_unknown_fnir_is_called_unknown() -> None:
    without = replace(calibration(), chosen=replace(OPEN_SET.at(0.5), fnir=None))
    assert json.loads(without.to_json())["chosen"]["fnir"] is None
    assert "unknown" in printed(without)


def test_a_table_may_show_one_threshold_alone() -> None:
    assert [column.header for column in rates_table([]).columns][:3] == ["threshold", "", "FPIR"]
    assert rates_table([("present", OPEN_SET.at(0.4))]).row_count == 1


@pytest.mark.parametrize(
    ("strangers", "threshold"),
    [([0.1, 0.36121], 0.1001), ([0.3612, 0.5], 0.3613), ([-0.4, -0.2], 0.0001)],
)
def test_a_threshold_is_rounded_up_to_a_setting(strangers: list[float], threshold: float) -> None:
    made = Calibration.of(
        gallery_of(1, [1]), open_set_of([0.9], strangers), 0.5, 0.4, SHA384, date(2026, 11, 22)
    )
    assert made.chosen.threshold == threshold


@pytest.mark.parametrize("seed", range(20))
def test_the_chosen_threshold_keeps_to_the_rate(seed: int) -> None:
    gallery = gallery_of(seed, [2, 2, 2])
    open_set = OpenSet.of(leave_one_out(gallery), gallery.scores(strangers_of(seed + 99, 150)))
    made = Calibration.of(gallery, open_set, 0.02, 0.5, SHA384, date(2026, 11, 22))
    assert made.chosen.fpir.share <= 0.02
    exact = choose_threshold(open_set, 0.02)
    assert exact <= made.chosen.threshold <= exact + 1e-4
    assert round(made.chosen.threshold, 4) == made.chosen.threshold


def test_too_few_strangers_give_no_report() -> None:
    few = OpenSet(OPEN_SET.mated, np.sort(OPEN_SET.non_mated[:10]), 1)
    with pytest.raises(ConfigurationError, match="10 faces of strangers cannot support"):
        Calibration.of(GALLERY, few, 0.02, PRESENT, SHA384, date(2026, 11, 22))
