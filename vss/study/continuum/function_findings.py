"""The paper's findings on the mask function alone, beside ours: memory, time, cost (Figure 6)."""

from __future__ import annotations

from collections.abc import Iterator

from vss.study.continuum import paper
from vss.study.continuum.plan import MEMORIES_MB
from vss.study.continuum.results import Evidence
from vss.study.finding import Finding, Verdict

# "Marginal", "almost linear", "considerable" in the paper; here as shares.
_MARGINAL, _LINEAR, _CONSIDERABLE = 0.10, 0.85, 0.15
_OPTIMA_MB = (768, 1024)
_CENT = 0.01
_LARGEST_MB = MEMORIES_MB[-1]


def function_findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield them in the order of the paper."""
    yield _cheapest(evidence)
    yield _linear(evidence)
    yield _rising(evidence)
    yield _marginal(evidence)
    yield _optimum(evidence)
    yield _cost(evidence)
    yield _video_cost(evidence)


def _cheapest(evidence: Evidence) -> Finding:
    stats = evidence.tuning.stats
    least = min(stats, key=lambda one: one.power)
    cheapest = min(stats, key=lambda one: one.price)
    slowest = max(stats, key=lambda one: one.duration_ms)
    return Finding(
        "The least memory, 256 MB, costs least and takes longest (Figure 6).",
        Verdict.of([cheapest is least, slowest is least]),
        f"Cheapest is {cheapest.power:,} MB ({cheapest.price * 1e6:.2f} USD a million images), "
        f"slowest {slowest.power:,} MB ({slowest.duration_ms:,.0f} ms); {least.power} MB cost "
        f"{least.price * 1e6:.2f} USD.",
    )


def _linear(evidence: Evidence) -> Finding:
    claim = "Up to 512 MB the time falls almost in proportion to the memory (Figure 6)."
    low, high = evidence.stats(256), evidence.stats(512)
    if low is None or high is None:
        return Finding(claim, Verdict.DISAGREES, "The function does not run with 256 MB.")
    gain = low.duration_ms / high.duration_ms
    return Finding(
        claim,
        Verdict.of([2 * _LINEAR <= gain <= 2 / _LINEAR]),
        f"{low.duration_ms:,.0f} ms at 256 MB, {high.duration_ms:,.0f} at 512: {gain:.2f} times "
        "less for twice the memory.",
    )


def _rising(evidence: Evidence) -> Finding:
    base, top = evidence.stats(1024), evidence.stats(2048)
    assert base is not None  # noqa: S101 - its cost was measured
    assert top is not None  # noqa: S101 - more memory than that
    below = [one.price for one in evidence.tuning.stats if one.power <= base.power]
    spread, rise = max(below) / min(below) - 1, top.price / base.price - 1
    return Finding(
        "From 1,024 MB on the cost grows considerably (Figure 6).",
        Verdict.of([rise >= _CONSIDERABLE, rise > spread]),
        f"2,048 MB cost {rise:+.0%} against 1,024 MB; up to 1,024 MB dearest and cheapest differ "
        f"by {spread:.0%}.",
    )


def _marginal(evidence: Evidence) -> Finding:
    low, high = evidence.stats(2048), evidence.stats(_LARGEST_MB)
    claim = "4,096 MB are hardly faster than 2,048 MB, at a much higher cost (Figure 6)."
    assert low is not None  # noqa: S101 - more than was enough
    assert high is not None  # noqa: S101 - likewise
    gain, rise = 1 - high.duration_ms / low.duration_ms, high.price / low.price - 1
    return Finding(
        claim,
        Verdict.of([gain <= _MARGINAL, rise >= _CONSIDERABLE]),
        f"{_LARGEST_MB:,} MB, two vCPU and the most measured here, change the time by "
        f"{-gain:+.0%} against 2,048 MB and the cost by {rise:+.0%}.",
    )


def _optimum(evidence: Evidence) -> Finding:
    optima = {name: one.power for name, one in evidence.tuning.optima.items()}
    low, high = _OPTIMA_MB
    return Finding(
        f"The optimum lies between {low} and {high:,} MB, by one's budget.",
        Verdict.of([low <= optima["balanced"] <= high]),
        f"{optima['cost']:,} MB by cost, {optima['balanced']:,} balanced, {optima['speed']:,} by "
        "time.",
    )


def _cost(evidence: Evidence) -> Finding:
    warm, cold = evidence.warm, evidence.cold
    ratio = cold.paper_usd / warm.paper_usd
    claimed = paper.COLD_USD / paper.WARM_USD
    return Finding(
        f"At 1,024 MB a cold image costs {claimed:.0f} times a warm one: {paper.WARM_MS:,.0f} ms "
        f"and {paper.WARM_USD:.8f} USD warm, {paper.COLD_MS:,.0f} and {paper.COLD_USD:.8f} cold.",
        Verdict.of([ratio > 1, claimed / 1.5 <= ratio <= claimed * 1.5]),
        f"{ratio:.0f} times. By the same rule {warm.billed_ms:,.0f} ms and {warm.paper_usd:.8f} "
        f"USD warm ({paper.WARM_USD / warm.paper_usd:.0f} times less than the paper's), "
        f"{cold.billed_ms:,.0f} ms and {cold.paper_usd:.8f} USD cold "
        f"({paper.COLD_USD / cold.paper_usd:.0f} times less); by today's, requests included, "
        f"{warm.current_usd:.8f} and {cold.current_usd:.8f} USD.",
    )


def _video_cost(evidence: Evidence) -> Finding:
    warm, cold = (paper.IMAGES * one.paper_usd for one in (evidence.warm, evidence.cold))
    return Finding(
        f"The images of a video cost less than a cent: {paper.VIDEO_WARM_USD} (warm) to "
        f"{paper.VIDEO_COLD_USD} USD (all cold).",
        Verdict.of([warm < _CENT, cold < _CENT]),
        f"{warm:.8f} to {cold:.8f} USD by the same rule. Images come one after the other, so that "
        "a few environments are cold, not all.",
    )
