"""The text beside the figures: captions, what agrees with the paper, what the method buys."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from vss.study.finding import as_table
from vss.study.reproduction.figures import draw_cold_starts, draw_costs, draw_total_times
from vss.study.reproduction.findings import Evidence, findings
from vss.study.reproduction.measurements import Measurements
from vss.study.reproduction.plan import BATCH_SIZES, IMAGES, MEMORIES_MB, SEED, Way
from vss.study.reproduction.results import (
    BatchCost,
    batch_costs,
    cold_starts,
    recommended,
)
from vss.study.reproduction.tables import write_cold_starts, write_costs

_PAPER_MEMORY_MB = 1536


def evidence_of(measurements: Measurements) -> Evidence:
    """Return what findings are held against, of complete measurements."""
    lazy_warm_ms = {
        memory: median(ms for cell in measurements.of(Way.LOCAL, memory) for ms in cell.warm_ms[1])
        for memory in MEMORIES_MB
    }
    return Evidence(
        costs=batch_costs(measurements, Way.OURS),
        eager=cold_starts(measurements, Way.OURS),
        lazy=cold_starts(measurements, Way.LOCAL),
        lazy_warm_ms=lazy_warm_ms,
        pc_images_per_s=measurements.pc_images_per_s or 0.0,
    )


def write_report(measurements: Measurements, folder: Path) -> list[Path]:
    """Write figures, data and text of complete measurements; return the files."""
    evidence = evidence_of(measurements)
    ours, naive = evidence.costs, batch_costs(measurements, Way.NAIVE)
    stock = cold_starts(measurements, Way.NAIVE)
    top_ms = max(start.total_ms.high for start in (*evidence.eager, *evidence.lazy))
    files = [
        *draw_costs(ours, folder / "figure2"),
        *draw_cold_starts(evidence.eager, top_ms, folder / "figure3"),
        *draw_cold_starts(evidence.lazy, top_ms, folder / "figure4"),
        *draw_total_times(ours, evidence.pc_images_per_s, folder / "figure5"),
        write_costs([*ours, *naive], folder / "costs.csv"),
        write_cold_starts([*evidence.eager, *evidence.lazy, *stock], folder / "cold_starts.csv"),
    ]
    rounds = len(measurements.of(Way.OURS, MEMORIES_MB[0]))
    parts = [
        _head(measurements, rounds),
        _findings(evidence),
        _against_naive(ours, naive),
        _captions(measurements, rounds),
        _LIMITS,
    ]
    text = folder / "report.md"
    text.write_text("\n".join(parts), "utf-8")
    return [*files, text]


def _head(measurements: Measurements, rounds: int) -> str:
    subject = measurements.subject
    return f"""# The paper's study, measured again

Paper: "On-demand Serverless Video Surveillance with Optimal Deployment of Deep Neural Networks"
(VISAPP 2021), section 5.

- Machine: {subject["machine"]}. Runtime: {subject["runtime"]}. Networks: model set
  {subject["model_set"]}.
- One and the same image (SHA-256 {subject["image"]}…) in every request, {rounds} environments of
  each way and memory, in an order shuffled by seed {SEED}.
- Every environment ran in the sandbox of the local AWS at the CPU share and memory limit of its
  size. **Nothing ran on AWS.**
"""


def _findings(evidence: Evidence) -> str:
    return f"## The paper's findings\n\n{as_table(findings(evidence))}\n"


def _against_naive(ours: Sequence[BatchCost], naive: Sequence[BatchCost]) -> str:
    """Compare at the paper's memory, and each at its own best."""
    lines = [
        f"## {IMAGES:,} images, ours against a naive deployment",
        "",
        "Naive: whole stock wheels (which would not fit into Lambda's layers), local scope, Python "
        "compiled at each start; measured in the same way. USD by today's billing, without and "
        "with the cold starts of the simulated run.",
        "",
        "| images a request | memory | naive USD | ours USD | ratio | with cold starts |",
        "|---|---|---|---|---|---|",
    ]
    for size in BATCH_SIZES:
        chosen = recommended(ours, size, "balanced").memory_mb
        for memory in sorted({chosen, _PAPER_MEMORY_MB}):
            mine, theirs = _at(ours, memory, size), _at(naive, memory, size)
            with_cold = (theirs.current_usd + theirs.cold_usd) / (mine.current_usd + mine.cold_usd)
            label = f"{memory:,} MB" + (" (recommended, balanced)" if memory == chosen else "")
            lines.append(
                f"| {size} | {label} | {theirs.current_usd:.4f} | {mine.current_usd:.4f} "
                f"| **{theirs.current_usd / mine.current_usd:.1f}** | {with_cold:.1f} |"
            )
    return "\n".join([*lines, ""])


def _at(costs: Sequence[BatchCost], memory_mb: int, size: int) -> BatchCost:
    return next(c for c in costs if (c.memory_mb, c.batch_size) == (memory_mb, size))


def _captions(measurements: Measurements, rounds: int) -> str:
    pc = measurements.pc_images_per_s or 0.0
    return f"""## Captions

**Figure 2.** Cost of {IMAGES:,} images by images a request and memory. Left: the paper's equation
(1), billed in steps of 100 ms. Right: today's billing in steps of 1 ms; hatched: what the cold
starts of the simulated run of Figure 5 add, their initialisation being billed. Warm requests:
trimmed mean (20 % at each end) of {10 * rounds}; no free tier.

**Figures 3 and 4.** Parts of a cold start over memory, global scope (3) and local scope (4), on one
scale: median and quartiles of {rounds} starts. Container setup: network, limits and credentials of
the sandbox. Runtime init: from starting the process until it asks for its first event. Total: both
and the first invocation with one image.

**Figure 5.** Time of {IMAGES:,} images that wait in the queue at once, **simulated**: five
concurrent batches at first, 300 more a minute, 1,000 at most, with the measured times of cold and
warm requests. Right: slowest and fastest of them beside one PC, measured: {pc:.1f} images/s of the
pipeline alone on all cores.
"""


_LIMITS = """## What the figures leave out

- S3 answers within a few milliseconds here; on AWS a request waits longer for it, and a waiting
  request is billed. Batches hide that wait (read ahead, write behind) and gain more than shown.
- Lambda fetches the code and makes the machine before what is called container setup here.
- One machine stands for all environments: a simulated run has no neighbours and no throttling.
- 3,008 MB are 1.7 vCPU and fit the cores measured on; more memory than cores is not measured.
"""
