"""Peaks of the heatmaps: one a plateau, refined below the grid, the strongest of a flood."""

from __future__ import annotations

import numpy as np
import pytest
from high_level_algorithms.pose_decoding import find_peaks
from high_level_algorithms.skeleton import KEYPOINT_COUNT
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import GRID, Floats, render_heatmaps, standing

ACCURACY = 0.15
ROWS, COLUMNS = GRID


def _one_map(*cells: tuple[int, int], value: float = 0.8) -> Floats:
    heatmaps = np.zeros((KEYPOINT_COUNT, *GRID), np.float32)
    for row, column in cells:
        heatmaps[5, row, column] = value
    return heatmaps


PLATEAUS = {
    "one cell": (((10, 20),), (20.5, 10.5)),
    "two beside": (((10, 20), (10, 21)), (21.0, 10.5)),
    "two below": (((10, 20), (11, 20)), (20.5, 11.0)),
    "two square": (((10, 20), (10, 21), (11, 20), (11, 21)), (21.0, 11.0)),
    "diagonal down": (((10, 20), (11, 21)), None),
    "diagonal up": (((11, 20), (10, 21)), None),
    "three beside": (((10, 20), (10, 21), (10, 22)), None),
    "cross": (((9, 20), (10, 19), (10, 20), (10, 21), (11, 20)), None),
    "top left corner": (((0, 0),), (0.5, 0.5)),
    "bottom right corner": (((ROWS - 1, COLUMNS - 1),), (COLUMNS - 0.5, ROWS - 0.5)),
    "top edge": (((0, 20), (0, 21)), (21.0, 0.5)),
    "right edge": (((10, COLUMNS - 1), (11, COLUMNS - 1)), (COLUMNS - 0.5, 11.0)),
}


@pytest.mark.parametrize(("cells", "position"), PLATEAUS.values(), ids=PLATEAUS.keys())
def test_a_plateau_is_one_peak(
    cells: tuple[tuple[int, int], ...], position: tuple[float, float] | None
) -> None:
    peaks = find_peaks(_one_map(*cells), 0.1)
    assert len(peaks.score) == 1
    if position is not None:
        np.testing.assert_allclose(peaks.xy[0], position, atol=1e-6)


def test_peaks_are_sorted_by_kind() -> None:
    heatmaps = render_heatmaps([standing(6.3 + 11.1 * n, 15.2, 20) for n in range(5)])[
        :KEYPOINT_COUNT
    ]
    peaks = find_peaks(heatmaps, 0.1)
    assert peaks.first.tolist() == list(range(0, 5 * KEYPOINT_COUNT + 1, 5))
    assert (peaks.xy.dtype, peaks.score.dtype) == (np.float32, np.float32)


def test_a_peak_must_exceed_the_threshold() -> None:
    assert len(find_peaks(_one_map((3, 3), value=0.5), 0.49).score) == 1
    assert len(find_peaks(_one_map((3, 3), value=0.5), 0.5).score) == 0


@settings(derandomize=True, deadline=None, max_examples=60)
@given(x=st.floats(1.5, COLUMNS - 1.5), y=st.floats(1.5, ROWS - 1.5), sigma=st.floats(0.8, 2.0))
def test_peaks_are_refined_below_the_grid(x: float, y: float, sigma: float) -> None:
    person = np.zeros((KEYPOINT_COUNT, 3))
    person[0] = (x, y, 1.0)
    peaks = find_peaks(render_heatmaps([person], sigma=sigma)[:KEYPOINT_COUNT], 0.1)
    assert np.abs(peaks.xy - (x, y)).max() <= ACCURACY


def test_of_a_flood_the_strongest_candidates_stay() -> None:
    generator = np.random.default_rng(5)
    heatmaps = np.zeros((KEYPOINT_COUNT, *GRID), np.float32)
    cells = heatmaps[:, ::3, ::3]
    cells[...] = generator.uniform(0.2, 1.0, cells.shape)
    peaks = find_peaks(heatmaps, 0.1)
    counts = np.diff(peaks.first)
    # A collage of four hundred people made the real network see 21 of a kind.
    assert set(counts.tolist()) == {counts[0]}
    assert 30 <= counts[0] <= 60
    for kind in range(KEYPOINT_COUNT):
        strongest = np.sort(cells[kind].ravel())[-counts[0] :]
        kept = peaks.score[peaks.first[kind] : peaks.first[kind + 1]]
        np.testing.assert_array_equal(np.sort(kept), strongest)
