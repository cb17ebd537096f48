from __future__ import annotations

import numpy as np
import pytest

from model_assets.training.conditions import CONDITIONS
from model_assets.training.scenes import HARD, ORDINARY, Painter, ordinary_scene

PAINTERS = {name: painter for name, (painter, _) in ORDINARY.items()} | HARD


@pytest.mark.parametrize("name", PAINTERS)
@pytest.mark.parametrize("size", [(90, 160), (160, 90), (110, 110)])
def test_scene_is_a_valid_image_of_the_size_asked_for(name: str, size: tuple[int, int]) -> None:
    painter: Painter = PAINTERS[name]
    image = painter(np.random.default_rng(1), *size)
    assert image.shape == (*size, 3)
    assert image.dtype == np.uint8
    assert image.std() > 1


@pytest.mark.parametrize("name", PAINTERS)
def test_scene_follows_its_seed_alone(name: str) -> None:
    first = PAINTERS[name](np.random.default_rng(5), 90, 160)
    PAINTERS[name](np.random.default_rng(6), 90, 160)
    again = PAINTERS[name](np.random.default_rng(5), 90, 160)
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("name", CONDITIONS)
def test_condition_changes_the_image_and_not_its_argument(name: str) -> None:
    scene = ordinary_scene(np.random.default_rng(2), 90, 160)
    before = scene.copy()
    result = CONDITIONS[name](np.random.default_rng(3), scene)
    np.testing.assert_array_equal(scene, before)
    assert result.shape == scene.shape
    assert result.dtype == np.uint8
    assert not np.array_equal(result, scene)
