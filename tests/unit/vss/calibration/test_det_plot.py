"""The DET plot: its curve, its axes, its files."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
from deep_learning.errors import ConfigurationError
from scipy.stats import norm

from tests.unit.vss.calibration.people_and_strangers import (
    gallery_of,
    open_set_of,
    strangers_of,
)
from vss.calibration.det_plot import _Scale, curve, draw_det
from vss.calibration.open_set import OpenSet, leave_one_out
from vss.calibration.report import Calibration

GALLERY = gallery_of(1, [3, 2, 1, 4], noise=0.2)
OPEN_SET = OpenSet.of(leave_one_out(GALLERY), GALLERY.scores(strangers_of(2, 200)))


def calibration(open_set: OpenSet = OPEN_SET, wanted: float = 0.02) -> Calibration:
    return Calibration.of(GALLERY, open_set, wanted, 0.4, "ab" * 48, date(2026, 11, 22))


def test_the_curve_goes_from_everybody_named_to_nobody() -> None:
    false_positives, misses = curve(open_set_of([0.5, 0.8], [0.2, 0.5, 0.6]))
    assert false_positives.tolist() == [3, 2, 1, 0, 0]
    assert misses.tolist() == [0, 0, 1, 1, 2]


def test_a_curve_of_many_searches_is_thinned_but_not_moved() -> None:
    rng = np.random.default_rng(0)
    mated, strangers = rng.normal(0.6, 0.1, 20_000), rng.normal(0.2, 0.1, 30_000)
    false_positives, misses = curve(open_set_of(list(mated), list(strangers)))
    assert len(misses) <= 2002
    assert (false_positives[0], misses[0]) == (30_000, 0)
    assert (false_positives[-1], misses[-1]) == (0, 20_000)
    # Normal scores of the same spread: a straight line at an angle of 45 degrees.
    inside = (false_positives > 100) & (misses > 100)
    x, y = norm.ppf(false_positives[inside] / 30_000), norm.ppf(misses[inside] / 20_000)
    assert x + y == pytest.approx(-4, abs=0.15)


def test_axes_are_normal_deviates_with_the_extremes_at_their_ends() -> None:
    scale = _Scale(200)
    shares = np.array([0.0, 0.0025, 0.01, 0.5, 0.9, 1.0])
    expected = norm.ppf([0.0025, 0.0025, 0.01, 0.5, 0.9, 0.9975])
    np.testing.assert_allclose(scale.positions(shares), expected, rtol=1e-12)


@pytest.mark.parametrize(
    "open_set",
    [
        OPEN_SET,
        open_set_of([0.8] * 30, [0.1] * 60),
        open_set_of([0.1] * 30, list(np.linspace(0.2, 0.6, 60))),
        open_set_of([0.5], [0.1] * 50),
    ],
    ids=["overlapping", "perfect", "useless", "one search"],
)
def test_both_pictures_are_written(tmp_path: Path, open_set: OpenSet) -> None:
    png, svg = draw_det(open_set, calibration(open_set), tmp_path / "new" / "det.png")
    assert (png, svg) == (tmp_path / "new" / "det.png", tmp_path / "new" / "det.svg")
    picture = cv2.imread(str(png))
    assert picture.shape == (1120, 1040, 3)
    assert picture.std() > 10, "an empty picture"
    assert b"<svg" in svg.read_bytes()


def test_the_same_searches_give_the_same_files(tmp_path: Path) -> None:
    first = draw_det(OPEN_SET, calibration(), tmp_path / "first")
    second = draw_det(OPEN_SET, calibration(), tmp_path / "second")
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_without_mated_searches_there_is_nothing_to_draw(tmp_path: Path) -> None:
    open_set = open_set_of([], [0.1] * 60)
    with pytest.raises(ConfigurationError, match="2 photographs"):
        draw_det(open_set, calibration(open_set), tmp_path / "det")
    assert not list(tmp_path.iterdir())


def test_matplotlib_is_loaded_when_something_is_drawn() -> None:
    program = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "import vss.calibration.det_plot\n"
        "sys.exit('matplotlib' in sys.modules or 'scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
