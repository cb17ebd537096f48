"""The data behind the figures, as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vss.study.continuum.measurements import RunTimes
from vss.study.continuum.plan import VIDEOS, Scenario
from vss.study.continuum.results import Evidence, Way
from vss.study.continuum.testbed import StageTimes
from vss.study.csv_file import write_rows


def write_memories(evidence: Evidence, path: Path) -> Path:
    """Write time and cost of the mask function by memory (Figure 6)."""
    rows = []
    for one in evidence.tuning.stats:
        cold, warm = one.cold, one.warm
        rows.append(
            {
                "memory_mb": one.power,
                "billed_ms": f"{one.duration_ms:.1f}",
                "usd": f"{one.price:.10f}",
                "warm_ms": "" if warm is None else f"{warm.duration_ms:.1f}",
                "cold_init_ms": "" if cold is None else f"{cold.init_ms:.1f}",
                "cold_ms": "" if cold is None else f"{cold.duration_ms:.1f}",
            }
        )
    return write_rows(rows, path)


def write_runs(evidence: Evidence, path: Path) -> Path:
    """Write the stages' times of all runs with one video (Figures 7 and 8)."""
    rows = [
        _run(("measured", scenario), number, run)
        for scenario in Scenario
        for number, run in enumerate(evidence.measured[scenario], start=1)
    ]
    rows += [
        _run(("simulated", way), number, run)
        for way in Way
        for number, run in enumerate(evidence.simulated[way], start=1)
    ]
    return write_rows(rows, path)


def write_parallel(evidence: Evidence, path: Path) -> Path:
    """Write total times over the number of videos (Figure 9)."""
    rows: list[dict[str, Any]] = []
    for scenario in Scenario:
        for videos, total_s in evidence.parallel[scenario].items():
            rows.append(_row("measured", scenario, videos, total_s))
        for videos, run in zip(VIDEOS, evidence.papers[scenario], strict=True):
            rows.append(_row("simulated, the paper's parts", scenario, videos, run.total_s))
    for way in Way:
        for videos, run in zip(VIDEOS, evidence.over_videos[way], strict=True):
            rows.append(_row("simulated", way, videos, run.total_s))
    return write_rows(rows, path)


def _run(what: tuple[str, str], number: int, run: RunTimes | StageTimes) -> dict[str, Any]:
    kind, scenario = what
    return {
        "kind": kind,
        "scenario": scenario,
        "run": number,
        "anonymise_s": f"{run.anonymise_s:.3f}",
        "masks_s": f"{run.masks_s:.3f}",
        "total_s": f"{run.total_s:.3f}",
    }


def _row(kind: str, scenario: str, videos: int, total_s: float) -> dict[str, Any]:
    return {"kind": kind, "scenario": scenario, "videos": videos, "total_s": f"{total_s:.3f}"}
