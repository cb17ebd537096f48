from __future__ import annotations

import numpy as np
import pytest

from model_assets.training.rendering.lens import CLEAN, Conditions, photograph, sample_conditions

SHAPE = (60, 90, 3)


def _rng() -> np.random.Generator:
    return np.random.default_rng(5)


def _grey(level: int = 110) -> np.ndarray:
    return np.full(SHAPE, level, np.uint8)


def _point() -> np.ndarray:
    image = np.zeros(SHAPE, np.uint8)
    image[30, 45] = 255
    return image


@pytest.mark.parametrize("night", [False, True])
def test_a_picture_keeps_its_shape_and_is_the_same_for_the_same_seed(night: bool) -> None:
    first, again = (
        photograph(rng, _grey(), sample_conditions(rng, night)) for rng in (_rng(), _rng())
    )
    assert first.shape == SHAPE
    assert first.dtype == np.uint8
    assert first.tobytes() == again.tobytes()


def test_a_clean_camera_changes_little() -> None:
    ramp = np.linspace(0, 255, 90).astype(np.uint8)[None, :, None].repeat(60, 0).repeat(3, 2)
    taken = photograph(_rng(), ramp, CLEAN)
    assert np.abs(taken.astype(int) - ramp)[:, :70].mean() < 2.5


@pytest.mark.parametrize(("stops", "brighter"), [(1.0, True), (-1.0, False)])
def test_exposure_moves_the_brightness(stops: float, brighter: bool) -> None:
    taken = photograph(_rng(), _grey(), Conditions(stops=stops))
    assert (taken.mean() > 130) == brighter


@pytest.mark.parametrize("noise", [2.0, 8.0])
def test_noise_is_as_strong_as_asked(noise: float) -> None:
    taken = photograph(_rng(), _grey(), Conditions(noise=noise, quality=100))
    assert taken.mean(2).std() == pytest.approx(noise * 1.2, rel=0.25)


def test_infrared_pictures_are_grey() -> None:
    image = _grey()
    image[..., 0] = 30
    taken = photograph(_rng(), image, Conditions(infrared=True, colour_noise=4.0, noise=3.0))
    assert np.ptp(taken.astype(int), axis=2).max() <= 3


def test_corners_are_darker_with_a_vignette() -> None:
    taken = photograph(_rng(), _grey(), Conditions(vignette=0.4)).mean(2)
    assert taken[0, 0] < 0.75 * taken[30, 45]


@pytest.mark.parametrize(
    "conditions",
    [
        Conditions(blur_px=1.5, quality=100),
        Conditions(motion_px=4.0, motion_angle=0.7, quality=100),
        Conditions(motion_px=5.0, quality=100),
    ],
)
def test_blur_does_not_move_things(conditions: Conditions) -> None:
    taken = photograph(_rng(), _point(), conditions).mean(2)
    taken[taken < 3] = 0
    rows, columns = np.indices(taken.shape)
    assert (taken * rows).sum() / taken.sum() == pytest.approx(30, abs=0.3)
    assert (taken * columns).sum() / taken.sum() == pytest.approx(45, abs=0.3)
    assert taken.max() < 120
