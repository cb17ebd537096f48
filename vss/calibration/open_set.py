"""Open-set identification in figures: what a threshold lets through and what it misses.

The rates are those of ISO/IEC 19795-1:2021 and of NIST's evaluations (P. Grother, M. Ngan,
K. Hanaoka, "Face Recognition Vendor Test, part 2: identification", NISTIR 8271), at rank 1:

- FPIR, false-positive identification rate: the share of non-mated searches, those with a face
  that is not in the gallery, that return anybody at or above the threshold.
- FNIR, false-negative identification rate: the share of mated searches, those with a face of
  the gallery, that do not return the right person first and at or above the threshold.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Self

import numpy as np
from deep_learning.errors import ConfigurationError
from high_level_algorithms.identification import Gallery
from high_level_algorithms.types import Floats
from numpy.typing import NDArray

from vss.calibration.proportion import Counts, Rate

Scores = NDArray[np.float64]

# Bounds the memory of the comparisons: probes in a block x templates.
_BLOCK = 1024
# The cosine of a photograph with itself, but for rounding: no threshold tells the two apart.
_SAME_PHOTOGRAPH = 0.9999


@dataclass(frozen=True, slots=True, eq=False)
class MatedSearches:
    """Searches for people of the gallery.

    Attributes:
        scores: float32 [probes, people], comparison scores (cosine).
        right: [probes] index of the person each probe shows.
        people_without: number of people with one template, so without a mated search.
    """

    scores: Floats
    right: NDArray[np.intp]
    people_without: int


def leave_one_out(gallery: Gallery) -> MatedSearches:
    """Search for each template in the gallery without it.

    The people stay as many, the right one has a template less than in use: that errs on the safe
    side. People with one template are compared with as any others, but cannot be searched for.
    """
    counts = np.diff(gallery.first, append=len(gallery.templates))
    owner = np.repeat(np.arange(len(counts)), counts)
    probes = np.flatnonzero(counts[owner] > 1)
    scores = np.empty((len(probes), len(counts)), np.float32)
    for start in range(0, len(probes), _BLOCK):
        block = probes[start : start + _BLOCK]
        compared = gallery.templates[block] @ gallery.templates.T
        compared[np.arange(len(block)), block] = -np.inf
        scores[start : start + _BLOCK] = np.maximum.reduceat(compared, gallery.first, axis=1)
    return MatedSearches(scores, owner[probes], int((counts == 1).sum()))


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A threshold and the error rates at it.

    Attributes:
        threshold: the least comparison score (cosine) of an identification.
        fpir: its trials are the non-mated searches.
        fnir: its trials are the mated searches, None where there are none.
    """

    threshold: float
    fpir: Rate
    fnir: Rate | None


@dataclass(frozen=True, slots=True, eq=False)
class OpenSet:
    """What decides each search, whatever the threshold.

    Attributes:
        mated: [mated searches] ascending scores of the right person; -inf where somebody else
            scores as high: whom of the two a search returns, their order decides.
        non_mated: [non-mated searches] ascending scores of the best person.
        people_without: number of people without a mated search.
    """

    mated: Scores
    non_mated: Scores
    people_without: int

    @classmethod
    def of(cls, mated: MatedSearches, strangers: Floats) -> Self:
        """Reduce the scores of mated searches and of ``strangers``, float32 [faces, people].

        Raises:
            ConfigurationError: there is nobody in the gallery, or no stranger.
        """
        if strangers.ndim != 2 or strangers.shape[1] != mated.scores.shape[1]:
            raise ValueError(f"scores {strangers.shape} and {mated.scores.shape} are of two sizes")
        if np.isnan(strangers).any() or np.isnan(mated.scores).any():
            raise ValueError("a comparison score is no number")
        if not strangers.size:
            faces, people = strangers.shape
            raise ConfigurationError(
                f"a threshold cannot be chosen from {people} people in the gallery and {faces} "
                "faces of strangers; at least 1 of each is needed"
            )
        searches = np.arange(len(mated.right))
        others = mated.scores.copy()
        others[searches, mated.right] = -np.inf
        right = mated.scores[searches, mated.right]
        first = np.where(right > others.max(axis=1), right, -np.inf)
        best = strangers.max(axis=1)
        return cls(_ascending(first), _ascending(best), mated.people_without)

    def false_positives(self, thresholds: Scores) -> Counts:
        """Count for each of ``thresholds`` [n] the non-mated searches that return anybody."""
        return len(self.non_mated) - np.searchsorted(self.non_mated, thresholds, side="left")

    def misses(self, thresholds: Scores) -> Counts:
        """Count for each of ``thresholds`` [n] the mated searches without the right person."""
        return np.searchsorted(self.mated, thresholds, side="left")

    def fpir(self, threshold: float) -> Rate:
        """Return the FPIR at ``threshold``."""
        return Rate(int(self.false_positives(np.array([threshold]))[0]), len(self.non_mated))

    def fnir(self, threshold: float) -> Rate | None:
        """Return the FNIR at ``threshold``, None where there is no mated search."""
        if not len(self.mated):
            return None
        return Rate(int(self.misses(np.array([threshold]))[0]), len(self.mated))

    def at(self, threshold: float) -> OperatingPoint:
        """Return both rates at ``threshold``."""
        return OperatingPoint(threshold, self.fpir(threshold), self.fnir(threshold))


def choose_threshold(open_set: OpenSet, wanted_fpir: float) -> float:
    """Return the smallest threshold that keeps the FPIR of ``open_set`` at or below a rate.

    It is the next float32 above the highest score that must not be returned, since scores are
    float32. Chosen so that k of n independent strangers pass, it has in truth an FPIR distributed
    as Beta(k + 1, n - k), for scores of any continuous distribution (S. S. Wilks, Annals of
    Mathematical Statistics 12 (1941) 91-96): on average (k + 1) / (n + 1), a little more than
    counted. Its 97.5 % quantile is the upper end of the Clopper-Pearson interval, which
    therefore holds although the threshold was chosen from the very strangers it is counted on.

    Args:
        open_set: the searches.
        wanted_fpir: above 0 and below 1.

    Raises:
        ConfigurationError: the rate is out of range, there are too few strangers to support it,
            or photographs of the gallery are among the strangers'.
    """
    if not 0 < wanted_fpir < 1:
        raise ConfigurationError(
            f"the wanted FPIR is {wanted_fpir}; allowed is above 0 and below 1"
        )
    strangers = len(open_set.non_mated)
    allowed = int((np.arange(strangers + 1) / strangers <= wanted_fpir).sum()) - 1
    if not allowed:
        raise ConfigurationError(_too_few(strangers, wanted_fpir))
    highest_refused = np.float32(open_set.non_mated[strangers - 1 - allowed])
    if highest_refused >= _SAME_PHOTOGRAPH:
        same = int((open_set.non_mated >= _SAME_PHOTOGRAPH).sum())
        raise ConfigurationError(
            f"{same} of {strangers} faces of strangers are photographs of the gallery (score at "
            f"least {_SAME_PHOTOGRAPH}), more than the {allowed} that an FPIR of {wanted_fpir:g} "
            "allows; take them out"
        )
    return float(np.nextafter(highest_refused, np.float32(np.inf)))


def _too_few(strangers: int, wanted_fpir: float) -> str:
    """Say what the number of strangers falls short of, and what it would do for.

    At 0 of n the upper 95 % confidence bound (one-sided) is about 3 / n, the rule of three:
    J. A. Hanley, A. Lippman-Hand, JAMA 249 (1983) 1743-1745.
    """
    needed = max(ceil(1 / wanted_fpir), strangers + 1)
    return (
        f"{strangers} faces of strangers cannot support an FPIR of {wanted_fpir:g}: at least "
        f"{needed} are needed (1 / FPIR), and {ceil(3 / wanted_fpir)} without one false positive "
        f"to show it with 95 % confidence (rule of three); the smallest FPIR that {strangers} "
        f"support is {_rounded_up(1 / strangers):g}"
    )


def _rounded_up(rate: float) -> float:
    """Round to two significant digits, up, so that what is offered will be accepted."""
    digits = 1 - floor(log10(rate))
    return float(f"{ceil(rate * 10**digits) / 10**digits:.{digits}f}")


def _ascending(scores: Floats) -> Scores:
    return np.sort(scores.astype(np.float64))
