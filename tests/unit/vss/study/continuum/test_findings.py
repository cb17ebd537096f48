"""The verdicts follow the numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.vss.study.continuum.made_up import SEVERAL, measured
from vss.study.continuum.function_findings import function_findings
from vss.study.continuum.results import Evidence, ImageCost, evidence_of
from vss.study.continuum.workflow_findings import workflow_findings
from vss.study.finding import Verdict
from vss.study.tuning.power_stats import Invocation

AGREES, PARTLY, DISAGREES = Verdict


def evidence(path: Path, *, as_in_the_paper: bool) -> Evidence:
    return evidence_of(measured(path, as_in_the_paper=as_in_the_paper), SEVERAL)


def test_measurements_like_the_paper_s_agree(tmp_path: Path) -> None:
    found = evidence(tmp_path / "m.json", as_in_the_paper=True)
    assert [one.verdict for one in function_findings(found)] == [AGREES] * 7
    assert [one.verdict for one in workflow_findings(found)] == [AGREES] * 8


def test_opposite_measurements_do_not(tmp_path: Path) -> None:
    found = evidence(tmp_path / "m.json", as_in_the_paper=False)
    assert [one.verdict for one in function_findings(found)] == [
        PARTLY,  # the least memory is the cheapest, but the fastest, too
        DISAGREES,  # more memory takes longer
        PARTLY,  # the cost grows all the way
        AGREES,  # the largest is no faster
        DISAGREES,  # the least is the best in every way
        DISAGREES,  # cold is no dearer than warm
        AGREES,  # still less than a cent
    ]
    assert [one.verdict for one in workflow_findings(found)] == [
        DISAGREES,  # six frames in no time
        AGREES,  # sending takes longer than not sending
        DISAGREES,  # jobs are faster than any sending
        DISAGREES,  # the first run is the fastest
        DISAGREES,
        DISAGREES,
        AGREES,  # all is over before a node could start
        PARTLY,  # no further nodes for our parts, five for the paper's
    ]


def test_cost_of_an_image_by_the_paper_s_rule() -> None:
    # The paper's figures, cold and warm: initialisation is a part of its billed time.
    cold = ImageCost.of([Invocation(2123.0, 12_908, 10_785.0)])
    warm = ImageCost.of([Invocation(2122.4, 2123), Invocation(2122.9, 2123)])
    assert cold.paper_usd == pytest.approx(0.00021556, abs=5e-9)
    assert warm.paper_usd == pytest.approx(0.00003545, abs=5e-9)
    assert (cold.billed_ms, warm.billed_ms) == (12_908, 2123)
    # Today: 0.0000166667 USD a GB-second and 0.0000002 a request.
    assert warm.current_usd == pytest.approx(2.123 * 0.0000166667 + 0.0000002)
