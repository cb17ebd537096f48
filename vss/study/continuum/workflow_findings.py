"""The paper's findings on the workflow, beside ours: stages, totals, parallel videos."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import mean

from vss.study.continuum import paper
from vss.study.continuum.plan import NODE_START_S, VIDEOS, Scenario
from vss.study.continuum.results import Evidence, Way
from vss.study.finding import Finding, Verdict


def workflow_findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield them in the order of the paper."""
    yield _anonymise(evidence)
    yield _upload(evidence)
    yield _masks(evidence)
    yield _first_runs(evidence)
    yield _totals(evidence)
    yield _parallel(evidence)
    yield _late_nodes(evidence)
    yield _more_nodes(evidence)


def _anonymise(evidence: Evidence) -> Finding:
    runs = [run for of in evidence.measured.values() for run in of]
    script_s = mean(second for run in runs for second in run.scripts_s)
    frames = runs[0].frames
    withheld = frames - runs[0].images
    ours = script_s / paper.VIDEO_S * 60
    return Finding(
        f"186 s of video give {paper.IMAGES} images; anonymising and splitting takes "
        f"{paper.ANONYMISE_S_PER_MINUTE:.0f} s a minute of video on one vCPU.",
        Verdict.of([frames == paper.IMAGES, 0.5 <= ours / paper.ANONYMISE_S_PER_MINUTE <= 2]),
        f"{frames} frames, {withheld} of them withheld; {ours:.1f} s a minute, "
        f"{paper.ANONYMISE_S_PER_MINUTE / ours:.0f} times less, the start of the script included.",
    )


def _upload(evidence: Evidence) -> Finding:
    local, hybrid = (_mean(evidence, scenario, "anonymise_s") for scenario in Scenario)
    link_s = evidence.uploads_s[Way.FAST_LINK]
    simulated = {way: mean(r.anonymise_s for r in evidence.simulated[way]) for way in Way}
    more = simulated[Way.PAPER_LINK] - simulated[Way.LOCAL]
    return Finding(
        "Anonymise and split takes longer where its images are sent to the cloud: 227.4 against "
        "206.4 s (Figure 7).",
        Verdict.of([more > 0]),
        f"Here, where Amazon S3 is on the same machine, {hybrid:.1f} against {local:.1f} s "
        f"(measured). With the paper's {paper.UPLOAD_S:.2f} s an image it is "
        f"{simulated[Way.PAPER_LINK]:.1f} against {simulated[Way.LOCAL]:.1f} s, at 50 Mbit/s "
        f"({link_s:.2f} s an image) {simulated[Way.FAST_LINK]:.1f} s (simulated).",
    )


def _masks(evidence: Evidence) -> Finding:
    simulated = {way: mean(r.masks_s for r in evidence.simulated[way]) for way in Way}
    gains = {way: 1 - simulated[way] / simulated[Way.LOCAL] for way in Way}
    local, hybrid = (_mean(evidence, scenario, "masks_s") for scenario in Scenario)
    claimed = 1 - paper.HYBRID_MASKS_S / paper.LOCAL_MASKS_S
    return Finding(
        f"AWS Lambda shortens mask detection by {claimed:.1%}, 19.6 instead of 111.4 s (Figure 7).",
        Verdict.of([gains[Way.PAPER_LINK] > 0.5, gains[Way.FAST_LINK] > 0.5]),
        f"On the paper's cluster our jobs take {simulated[Way.LOCAL]:.1f} s; Lambda "
        f"{_less(gains[Way.FAST_LINK])} at 50 Mbit/s ({simulated[Way.FAST_LINK]:.1f} s) and "
        f"{_less(gains[Way.PAPER_LINK])} over the paper's uplink "
        f"({simulated[Way.PAPER_LINK]:.1f} s; simulated). Measured here, where two functions share "
        f"the cores with the edge: {hybrid:.1f} instead of {local:.1f} s.",
    )


def _first_runs(evidence: Evidence) -> Finding:
    shares = {}
    for scenario, runs in evidence.measured.items():
        first, *others = runs
        shares[scenario] = first.total_s / mean(run.total_s for run in others) - 1
    cold_s = evidence.parts.cold_s - evidence.parts.warm_s
    return Finding(
        f"First runs take up to {paper.FIRST_ANONYMISE:.0%} longer on the cluster, and more in "
        "Lambda, since images of containers are fetched and functions are cold.",
        Verdict.of([0 < shares[Scenario.LOCAL] <= 0.13, shares[Scenario.HYBRID] > 0]),
        f"The first run's total against the others': {shares[Scenario.LOCAL]:+.0%} on premises, "
        f"{shares[Scenario.HYBRID]:+.0%} with the cloud (measured; no container image is fetched "
        f"here). A cold start of the function costs {cold_s:.1f} s, the paper's "
        f"{(paper.COLD_MS - paper.WARM_MS) / 1000:.1f} s.",
    )


def _totals(evidence: Evidence) -> Finding:
    local, hybrid = (_mean(evidence, scenario, "total_s") for scenario in Scenario)
    simulated = {way: mean(run.total_s for run in evidence.simulated[way]) for way in Way}
    shorter = [simulated[way] < simulated[Way.LOCAL] for way in (Way.PAPER_LINK, Way.FAST_LINK)]
    return Finding(
        "With the cloud a video takes less in all: 247.0 against 317.8 s, the sums of the means "
        "(Figure 8).",
        Verdict.of(shorter),
        f"Measured here {hybrid:.1f} against {local:.1f} s. On the paper's testbed "
        f"{simulated[Way.FAST_LINK]:.1f} (50 Mbit/s) and {simulated[Way.PAPER_LINK]:.1f} s (the "
        f"paper's uplink) against {simulated[Way.LOCAL]:.1f} s on premises (simulated). The "
        "paper's sum counts the overlap of its stages twice: its own parts, simulated, take "
        f"{evidence.papers[Scenario.HYBRID][0].total_s:.0f} s.",
    )


def _parallel(evidence: Evidence) -> Finding:
    gaps = {way: _gaps(evidence, way) for way in (Way.PAPER_LINK, Way.FAST_LINK)}
    papers = [
        local.total_s - hybrid.total_s
        for local, hybrid in zip(
            evidence.papers[Scenario.LOCAL], evidence.papers[Scenario.HYBRID], strict=True
        )
    ]
    fast, slow = gaps[Way.FAST_LINK], gaps[Way.PAPER_LINK]
    return Finding(
        "The cloud gains from one video on, and the more the more videos come at once (Figure 9).",
        Verdict.of([min(fast) > 0, fast[-1] > fast[0], min(slow) > 0, slow[-1] > slow[0]]),
        f"At 50 Mbit/s it {_gained(fast[0])} with one video and {_gained(fast[-1])} with "
        f"{VIDEOS[-1]}; over the paper's uplink it {_gained(slow[0])} and {_gained(slow[-1])}: an "
        f"image takes {paper.UPLOAD_S:.2f} s to send, and {mean(evidence.parts.jobs_s):.2f} s in "
        f"one of {paper.SLOTS} slots. With the paper's own parts it {_gained(papers[0])} and "
        f"{_gained(papers[-1])} (all simulated). Measured here, both halves on {evidence.cores}: "
        f"{_pairs(evidence)}.",
    )


def _late_nodes(evidence: Evidence) -> Finding:
    ours, papers = evidence.over_videos[Way.LOCAL][0], evidence.papers[Scenario.LOCAL][0]
    return Finding(
        "For one video further nodes are ordered but come too late.",
        Verdict.of([ours.nodes == 1, papers.nodes == 1]),
        f"{ours.nodes} at work with our parts, {papers.nodes} with the paper's, if a node takes "
        f"{NODE_START_S:.0f} s to start (assumed; simulated).",
    )


def _more_nodes(evidence: Evidence) -> Finding:
    ours = [run.nodes for run in evidence.over_videos[Way.LOCAL]]
    papers = [run.nodes for run in evidence.papers[Scenario.LOCAL]]
    return Finding(
        "From five videos on further nodes shorten the time on premises.",
        Verdict.of([papers[4] > papers[1], ours[4] > ours[1]]),
        f"With the paper's parts {papers[4]} nodes are at work for five videos and {papers[1]} for "
        f"two; with ours {ours[4]}, and {ours[-1]} for {VIDEOS[-1]}, all of which are done in "
        f"{evidence.over_videos[Way.LOCAL][-1].total_s:.0f} s; a node takes {NODE_START_S:.0f} "
        "(simulated).",
    )


def _mean(evidence: Evidence, scenario: Scenario, name: str) -> float:
    return mean(float(getattr(run, name)) for run in evidence.measured[scenario])


def _gaps(evidence: Evidence, way: Way) -> Sequence[float]:
    return [
        local.total_s - run.total_s
        for local, run in zip(
            evidence.over_videos[Way.LOCAL], evidence.over_videos[way], strict=True
        )
    ]


def _pairs(evidence: Evidence) -> str:
    local, hybrid = (evidence.parallel[scenario] for scenario in Scenario)
    return ", ".join(
        f"{hybrid[n]:.0f} against {local[n]:.0f} s ({n} video{'s' if n > 1 else ''})" for n in local
    )


def _less(share: float) -> str:
    return f"takes {share:.0%} less" if share >= 0 else f"takes {-share:.0%} more"


def _gained(seconds: float) -> str:
    return f"gains {seconds:.0f} s" if seconds >= 0 else f"loses {-seconds:.0f} s"
