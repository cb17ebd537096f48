"""The data behind the figures, as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vss.study.csv_file import write_rows
from vss.study.reproduction.results import BatchCost, ColdStart


def write_costs(costs: Sequence[BatchCost], path: Path) -> Path:
    """Write the costs and total times of all images."""
    rows = [
        {
            "way": one.way,
            "memory_mb": one.memory_mb,
            "batch_size": one.batch_size,
            "warm_request_ms": f"{one.duration_ms:.1f}",
            "paper_usd": f"{one.paper_usd:.6f}",
            "current_usd": f"{one.current_usd:.6f}",
            "cold_starts_usd": f"{one.cold_usd:.6f}",
            "simulated_s": f"{one.simulated.total_s:.1f}",
            "simulated_environments": one.simulated.environments,
        }
        for one in costs
    ]
    return write_rows(rows, path)


def write_cold_starts(starts: Sequence[ColdStart], path: Path) -> Path:
    """Write the parts of cold starts."""
    rows = [
        {
            "way": start.way,
            "memory_mb": start.memory_mb,
            "part": part,
            "median_ms": f"{spread.median:.1f}",
            "lower_quartile_ms": f"{spread.low:.1f}",
            "upper_quartile_ms": f"{spread.high:.1f}",
        }
        for start in starts
        for part, spread in (
            ("container setup", start.setup_ms),
            ("runtime init", start.init_ms),
            ("total", start.total_ms),
        )
    ]
    return write_rows(rows, path)
