"""The text beside the figures: captions, what agrees with the paper, what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from vss.study.continuum import paper
from vss.study.continuum.figures import (
    draw_figure_6,
    draw_figure_7,
    draw_figure_8,
    draw_figure_9,
)
from vss.study.continuum.function_findings import function_findings
from vss.study.continuum.measurements import Measurements
from vss.study.continuum.plan import (
    LINK_MBIT_S,
    NODE_START_S,
    PUT_S,
    SIMULATED_RUNS,
    Scenario,
)
from vss.study.continuum.results import Evidence, Way, evidence_of
from vss.study.continuum.tables import write_memories, write_parallel, write_runs
from vss.study.continuum.testbed import THE_PAPERS
from vss.study.continuum.workflow_findings import workflow_findings
from vss.study.finding import as_table


def write_report(measurements: Measurements, several: Sequence[int], folder: Path) -> list[Path]:
    """Write figures, data and text of complete measurements; return the files.

    Args:
        measurements: of runs with one video and with each of these numbers.
        several: the numbers.
        folder: for the files.
    """
    evidence = evidence_of(measurements, several)
    files = [
        *draw_figure_6(evidence, folder / "figure6"),
        *draw_figure_7(evidence, folder / "figure7"),
        *draw_figure_8(evidence, folder / "figure8"),
        *draw_figure_9(evidence, folder / "figure9"),
        write_memories(evidence, folder / "memories.csv"),
        write_runs(evidence, folder / "runs.csv"),
        write_parallel(evidence, folder / "parallel.csv"),
    ]
    found = [*function_findings(evidence), *workflow_findings(evidence)]
    parts = [
        _head(measurements, evidence),
        f"## The paper's findings\n\n{as_table(found)}\n",
        _image_costs(evidence),
        _parts(evidence),
        _captions(evidence),
        _LIMITS,
    ]
    text = folder / "report.md"
    text.write_text("\n".join(parts), "utf-8")
    return [*files, text]


def _head(measurements: Measurements, evidence: Evidence) -> str:
    subject = measurements.subject
    runs = len(evidence.measured[Scenario.LOCAL])
    return f"""# Edge and cloud: the paper's evaluation, measured again

Paper: "Serverless Workflows for Containerised Applications in the Cloud Continuum" (Journal of Grid
Computing, 2021), section 4.

- Machine: {subject["machine"]}. Networks: model sets {subject["model_set"]} and
  {subject["mask_set"]}. Seed: {subject["seed"]}.
- One and the same video (SHA-256 {subject["video"]}…), {runs} runs of each scenario, in turns.
- *On premises*: both stages are jobs of the edge runner, one vCPU and 2 GiB or 1 GiB each, two at a
  time. *Edge + cloud*: the first is, the second is the function at {paper.MEMORY_MB:,} MB in the
  sandbox of the local AWS, two at a time. **Nothing ran on AWS.**
- "Simulated": the paper's testbed ({paper.NODES} nodes of {paper.SLOTS} slots, one at the
  beginning; AWS Lambda) with the times measured here.
"""


def _image_costs(evidence: Evidence) -> str:
    warm, cold = evidence.warm, evidence.cold
    return f"""## An image at {paper.MEMORY_MB:,} MB

| | billed ms | USD, the paper's rule | USD, today |
|---|---|---|---|
| warm, the paper | {paper.WARM_MS:,.0f} | {paper.WARM_USD:.8f} | |
| warm, ours | {warm.billed_ms:,.0f} | {warm.paper_usd:.8f} | {warm.current_usd:.8f} |
| cold, the paper | {paper.COLD_MS:,.0f} | {paper.COLD_USD:.8f} | |
| cold, ours | {cold.billed_ms:,.0f} | {cold.paper_usd:.8f} | {cold.current_usd:.8f} |

Ours: means, each invocation billed by itself; S3 is on the same machine and answers within
milliseconds. Today's price includes the request and, cold, the initialisation.
"""


def _parts(evidence: Evidence) -> str:
    parts = evidence.parts
    lines = [
        "## What runs are simulated of",
        "",
        "| | ours | the paper |",
        "|---|---|---|",
        f"| anonymise and split, s a video | {mean(parts.scripts_s):.1f} "
        f"| {paper.LOCAL_ANONYMISE_S} |",
        f"| a job that finds masks, s an image | {mean(parts.jobs_s):.2f} "
        f"| {mean(THE_PAPERS.jobs_s):.2f} |",
        f"| the function, warm, s an image | {parts.warm_s:.3f} | {paper.WARM_MS / 1000:.3f} |",
        f"| the function, cold, s an image | {parts.cold_s:.3f} | {paper.COLD_MS / 1000:.3f} |",
        f"| sending, s an image | {evidence.uploads_s[Way.FAST_LINK]:.3f} "
        f"({LINK_MBIT_S:.0f} Mbit/s, {1000 * PUT_S:.0f} ms a PUT: assumed) "
        f"| {paper.UPLOAD_S:.3f} (227.4 - 206.4 s for 37 images) |",
        "",
        "Does the simulation predict? With this machine's two slots, on premises, s:",
        "",
        "| videos | measured | simulated | |",
        "|---|---|---|---|",
    ]
    for videos, simulated in evidence.here.items():
        measured = evidence.parallel[Scenario.LOCAL][videos]
        lines.append(
            f"| {videos} | {measured:.1f} | {simulated:.1f} | {simulated / measured - 1:+.0%} |"
        )
    papers = evidence.papers
    lines += [
        "",
        "With the paper's own parts it gives for one video "
        f"{papers[Scenario.LOCAL][0].masks_s:.1f} s of mask detection on premises (111.4, from "
        f"which the part is taken) and {papers[Scenario.HYBRID][0].masks_s:.1f} s in Lambda (19.6 "
        "measured by the paper).",
        "",
    ]
    return "\n".join(lines)


def _captions(evidence: Evidence) -> str:
    runs = len(evidence.measured[Scenario.LOCAL])
    invocations = len(evidence.tuning.measured[0].invocations)
    return f"""## Captions

**Figure 6.** Time and cost of the mask function with one anonymised image of 1920 x 1080 over
memory, **measured** in the sandbox at each memory's CPU share: trimmed mean (20 % at each end) of
{invocations} invocations; triangles: the first, cold one with its initialisation. Cost: today's
compute price. Dotted: the balanced optimum.

**Figure 7.** Times of both stages for one video of {paper.VIDEO_S:.0f} s. Left: the paper's means.
Middle: **measured** here, mean and range of {runs} runs; diamonds: the first run. Right:
**simulated** on the paper's testbed, mean and range of {SIMULATED_RUNS} runs with warm functions,
over the paper's uplink ({paper.UPLOAD_S:.2f} s an image) and over one of {LINK_MBIT_S:.0f} Mbit/s.
The second stage is counted from the first script's end, so that stages overlap while images are
sent.

**Figure 8.** Total times of the same runs. Boxes: quartiles and median, whiskers 1.5 times their
distance; diamonds: the first run, in which all environments of the function are cold.

**Figure 9.** Time until the last result over the number of videos that arrive at once. Left:
**measured** here on {evidence.cores}, which do the work of both halves; crosses: the simulation
of the on-premises runs with this machine's slots. Middle: **simulated** on the paper's testbed,
medians; a further node takes jobs {NODE_START_S:.0f} s after it was ordered (assumed). Right: the
same **simulation** with the paper's own parts; the paper prints no numbers of its Figure 9.
"""


_LIMITS = """## What the figures leave out

- Here the cloud is on the machine that is the edge: what Lambda adds in cores is simulated only.
- A cluster starts a container for each job; the edge runner starts a process, in milliseconds.
- Amazon S3 answers within milliseconds here; on AWS a request waits longer, and that is billed.
- Notifications and queues take no time in the simulation; neither do storage and scheduling.
- The function fetches no container image: its layers are small, and Lambda keeps them near.
- People are rendered, held still for five seconds before a swinging camera, and few at a time.
"""
