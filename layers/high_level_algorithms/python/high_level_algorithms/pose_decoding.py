"""From heatmaps and part affinity fields to poses.

The method of Cao et al., "Realtime Multi-Person 2D Pose Estimation using Part Affinity Fields"
(CVPR 2017): peaks of the heatmaps are keypoint candidates, the line integral over a limb's field
scores each pair, the best pairs are taken greedily, limbs that share a keypoint grow into a person.
Works on the network's own grid; peaks are refined below the grid, all pairs are scored at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from high_level_algorithms.skeleton import KEYPOINT_COUNT, LIMBS
from high_level_algorithms.types import Floats

Indices = NDArray[np.intp]

_SAMPLES = 10
# More people than this cannot be told apart on the network's grid of 32 x 57 cells.
_MOST_CANDIDATES = 40
_SAMPLE_POSITIONS = ((np.arange(_SAMPLES) + 0.5) / _SAMPLES).astype(np.float32)
# The eight neighbours of a cell in reading order.
_ROWS_AROUND = np.array([-1, -1, -1, 0, 0, 1, 1, 1])[:, None]
_COLUMNS_AROUND = np.array([-1, 0, 1, -1, 1, -1, 0, 1])[:, None]
# Of those the ones left and above, right and below.
_BEFORE, _AFTER = [3, 1], [4, 6]
_KINDS = np.arange(KEYPOINT_COUNT + 1)
_LIMB_INDICES = np.arange(len(LIMBS))
_LIMB_STARTS = np.array([limb.start for limb in LIMBS])
_LIMB_ENDS = np.array([limb.end for limb in LIMBS])
_LIMB_CHANNELS = np.array([limb.channel for limb in LIMBS])


@dataclass(frozen=True, slots=True)
class PoseThresholds:
    """What counts as a keypoint, a limb and a person.

    Attributes:
        peak: least heatmap value of a keypoint.
        person: least mean keypoint score of a person.
        keypoints: least number of keypoints of a person.
        field: least alignment of the field with the limb at a sample for the sample to count.
        aligned: least share of the samples that must count.
    """

    peak: float
    person: float
    keypoints: int = 3
    field: float = 0.05
    aligned: float = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Peaks:
    """Keypoint candidates, sorted by kind.

    Attributes:
        xy: [n, 2] grid cells, cell centres at half numbers.
        score: [n] heatmap values.
        first: [19] index of the first candidate of each kind, and n.
    """

    xy: Floats
    score: Floats
    first: Indices


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    limb: Indices
    start: Indices
    end: Indices


def decode_poses(
    heatmaps: Floats, fields: Floats, thresholds: PoseThresholds
) -> list[NDArray[np.float64]]:
    """Find the people.

    Args:
        heatmaps: [18 or 19, rows, columns], one a keypoint (a background channel is ignored).
        fields: [38, rows, columns], x and y component of each limb's field.
        thresholds: what counts.

    Returns:
        One array [18, 3] a person, the most certain first: x, y in grid cells and score; a score
        of 0 = not seen.
    """
    peaks = find_peaks(heatmaps[:KEYPOINT_COUNT], thresholds.peak)
    pairs = _all_pairs(peaks)
    scores = _score_pairs(fields, peaks, pairs, thresholds)
    connections = _best_connections(pairs, scores)
    return _people(peaks, connections, thresholds)


def find_peaks(heatmaps: Floats, threshold: float) -> Peaks:
    """Find local maxima of [18, rows, columns] heatmaps, refined by a parabola each way."""
    _, rows, columns = heatmaps.shape
    flat = heatmaps.reshape(-1)
    at = np.flatnonzero(flat > threshold)
    kind, cell = np.divmod(at, rows * columns)
    row, column = np.divmod(cell, columns)
    score = flat[at]
    inside = (row + _ROWS_AROUND) % rows == row + _ROWS_AROUND
    inside &= (column + _COLUMNS_AROUND) % columns == column + _COLUMNS_AROUND
    neighbours = flat.take(at + (_ROWS_AROUND * columns + _COLUMNS_AROUND), mode="clip")
    around = np.where(inside, neighbours, -np.inf)
    # Of equal neighbours the first in reading order wins, so that a plateau gives one peak.
    is_peak = (around[:4].max(0) < score) & (around[4:].max(0) <= score)
    chosen = _strongest(np.flatnonzero(is_peak), kind, score)
    offset = _parabola(around[_BEFORE][:, chosen], score[chosen], around[_AFTER][:, chosen])
    xy = (np.stack([column[chosen], row[chosen]]) + 0.5 + offset).T.astype(np.float32)
    return Peaks(xy, score[chosen], np.searchsorted(kind[chosen], _KINDS))


def _strongest(peaks: Indices, kind: Indices, score: Floats) -> Indices:
    """Keep at most ``_MOST_CANDIDATES`` of each kind: the pairs grow with their square."""
    if peaks.size <= _MOST_CANDIDATES:
        return peaks
    order = peaks[np.lexsort((-score[peaks], kind[peaks]))]
    rank = np.arange(order.size) - np.searchsorted(kind[order], kind[order])
    return np.sort(order[rank < _MOST_CANDIDATES])


def _parabola(before: Floats, at: Floats, after: Floats) -> Floats:
    """Offset (-0.5..0.5) of the vertex of the parabola through three neighbours; 0 at a border."""
    curvature = 2 * at - before - after
    offset = np.zeros_like(curvature)
    np.divide(after - before, 2 * curvature, out=offset, where=np.isfinite(curvature))
    return offset


def _all_pairs(peaks: Peaks) -> _Pairs:
    """Pair every candidate of a limb's start with every candidate of its end."""
    starts = peaks.first[_LIMB_STARTS]
    ends = peaks.first[_LIMB_ENDS]
    end_counts = peaks.first[_LIMB_ENDS + 1] - ends
    counts = (peaks.first[_LIMB_STARTS + 1] - starts) * end_counts
    limb = np.repeat(_LIMB_INDICES, counts)
    within = np.arange(limb.size) - np.repeat(np.cumsum(counts) - counts, counts)
    start, end = np.divmod(within, end_counts[limb])
    return _Pairs(limb, starts[limb] + start, ends[limb] + end)


def _score_pairs(fields: Floats, peaks: Peaks, pairs: _Pairs, thresholds: PoseThresholds) -> Floats:
    """Mean alignment of the field along each pair's line; 0 where too little of it is aligned."""
    xy = peaks.xy.T
    start = xy[:, pairs.start]
    vector = xy[:, pairs.end] - start
    length = np.maximum(np.hypot(vector[0], vector[1]), 1e-6)
    positions = start[:, :, None] + vector[:, :, None] * _SAMPLE_POSITIONS
    sampled = _bilinear(fields, _LIMB_CHANNELS[pairs.limb], positions)
    alignment = (sampled * (vector / length)[:, :, None]).sum(0)
    counted = alignment > thresholds.field
    count = counted.sum(1)
    mean = np.where(counted, alignment, 0).sum(1) / np.maximum(count, 1)
    # Limbs longer than half the picture are unlikely; OpenPose's own penalty.
    penalty = np.minimum(0.5 * fields.shape[1] / length - 1, 0)
    scores: Floats = np.where(count >= thresholds.aligned * _SAMPLES, mean + penalty, 0)
    return scores


def _bilinear(fields: Floats, channel: Indices, positions: Floats) -> Floats:
    """Sample the fields at positions [2, pairs, samples] in grid cells.

    Args:
        fields: [38, rows, columns].
        channel: [pairs] channel of the x component; that of y follows.
        positions: x and y.

    Returns:
        [2, pairs, samples] x and y component.
    """
    _, rows, columns = fields.shape
    last = np.array([columns, rows], np.float32)[:, None, None] - 1.001
    positions = np.minimum(np.maximum(positions - np.float32(0.5), 0), last)
    low = np.floor(positions)
    right, down = positions - low
    left, up = 1 - right, 1 - down
    column, row = low.astype(np.intp)
    flat = fields.reshape(-1)
    at_x = (channel[:, None] * rows + row) * columns + column
    at_y = at_x + rows * columns
    corners = ((0, left * up), (1, right * up), (columns, left * down), (columns + 1, right * down))
    field_x = sum(flat[at_x + step] * weight for step, weight in corners)
    field_y = sum(flat[at_y + step] * weight for step, weight in corners)
    return np.stack([field_x, field_y])


def _best_connections(pairs: _Pairs, scores: Floats) -> list[tuple[int, int, int]]:
    """Take pairs greedily by score, each candidate once a limb: (limb, start, end) by limb."""
    candidates = np.nonzero(scores > 0)[0]
    order = candidates[np.lexsort((-scores[candidates], pairs.limb[candidates]))]
    taken: set[tuple[int, int, bool]] = set()
    connections = []
    rows = zip(
        pairs.limb[order].tolist(),
        pairs.start[order].tolist(),
        pairs.end[order].tolist(),
        strict=True,
    )
    for limb, start, end in rows:
        if (limb, start, False) not in taken and (limb, end, True) not in taken:
            taken.update({(limb, start, False), (limb, end, True)})
            connections.append((limb, start, end))
    return connections


def _people(
    peaks: Peaks, connections: list[tuple[int, int, int]], thresholds: PoseThresholds
) -> list[NDArray[np.float64]]:
    people = []
    for members in _grow(connections):
        if len(members) < thresholds.keypoints:
            continue
        kinds, chosen = list(members), list(members.values())
        keypoints = np.zeros((KEYPOINT_COUNT, 3))
        keypoints[kinds, :2] = peaks.xy[chosen]
        keypoints[kinds, 2] = peaks.score[chosen]
        mean_score = float(keypoints[:, 2].sum()) / len(chosen)
        if mean_score >= thresholds.person:
            people.append((mean_score, keypoints))
    people.sort(key=lambda person: -person[0])
    return [keypoints for _, keypoints in people]


def _grow(connections: list[tuple[int, int, int]]) -> list[dict[int, int]]:
    """Join connections that share a candidate into people: keypoint kind -> candidate."""
    owner: dict[int, dict[int, int]] = {}
    people: list[dict[int, int]] = []
    for index, start, end in connections:
        limb = LIMBS[index]
        first, second = owner.get(start), owner.get(end)
        if first is None and second is None:
            person = {limb.start: start, limb.end: end}
            people.append(person)
            owner[start] = owner[end] = person
        elif first is not None and second is None:
            if limb.end not in first:
                first[limb.end] = end
                owner[end] = first
        elif first is None and second is not None:
            if limb.start not in second:
                second[limb.start] = start
                owner[start] = second
        elif first is not None and second is not None and first.keys().isdisjoint(second):
            first.update(second)
            owner.update(dict.fromkeys(second.values(), first))
            second.clear()
    return [person for person in people if person]
