from __future__ import annotations

import numpy as np
import pytest

from model_assets.training.conditions import CONDITIONS
from model_assets.training.cover_dataset import (
    CLEAR,
    COVERED,
    SPLITS,
    clear_sample,
    collect,
    draw_cover,
    sample,
    stream,
    structure,
)
from model_assets.training.covers import COVERS, HELD_OUT
from model_assets.training.noise import flat
from model_assets.training.scenes import HARD
from model_assets.training.sensor import expose, fit


@pytest.fixture(scope="module")
def drawn() -> list[tuple[str, int, str]]:
    return [(split, *_label(seed, split)) for split in SPLITS for seed in range(60)]


def _label(seed: int, split: str) -> tuple[int, str]:
    one = sample(seed, split)
    assert one.image.dtype == np.uint8
    assert one.image.ndim == 3
    assert one.image.shape[2] == 3
    assert 35_000 < one.image.shape[0] * one.image.shape[1] < 65_000
    return one.label, one.kind


def test_both_labels_are_about_as_frequent(drawn: list[tuple[str, int, str]]) -> None:
    share = np.mean([label == COVERED for _, label, _ in drawn])
    assert 0.35 < share < 0.6


def test_label_follows_the_kind(drawn: list[tuple[str, int, str]]) -> None:
    clear_kinds = {"ordinary", "small cover", *HARD, *CONDITIONS}
    for _, label, kind in drawn:
        assert kind in (COVERS if label == COVERED else clear_kinds)


def test_training_never_sees_a_held_out_kind_and_the_unseen_split_only_those(
    drawn: list[tuple[str, int, str]],
) -> None:
    covered = {(split, kind) for split, label, kind in drawn if label == COVERED}
    assert {kind for split, kind in covered if split == "unseen"} == set(HELD_OUT)
    assert not {kind for split, kind in covered if split != "unseen"} & set(HELD_OUT)


@pytest.mark.parametrize("split", SPLITS)
def test_same_seed_same_frame_other_seed_or_split_another(split: str) -> None:
    first = sample(41, split)
    sample(42, split)
    again = sample(41, split)
    np.testing.assert_array_equal(first.image, again.image)
    assert (first.label, first.kind) == (again.label, again.kind)
    for other in [sample(42, split), *(sample(41, name) for name in SPLITS if name != split)]:
        assert first.image.shape != other.image.shape or (first.image != other.image).any()


def test_clear_frames_always_show_something() -> None:
    for seed in range(40):
        one = clear_sample(np.random.default_rng(seed), 120, 200)
        assert one.label == CLEAR
        assert structure(one.image) >= 6


def test_structure_of_an_empty_frame_is_nothing() -> None:
    assert structure(flat(120, 200, (90, 90, 90))) == 0


def test_covers_hide_at_least_seven_tenths() -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        kind = list(COVERS)[seed % len(COVERS)]
        assert draw_cover(rng, 100, 180, kind).hidden >= 0.7


def test_frames_made_in_parallel_equal_those_made_one_by_one() -> None:
    batch = collect(stream("train", range(7, 11), 64, 48, workers=2), 4, 64, 48)
    for offset, seed in enumerate(range(7, 11)):
        alone = sample(seed, "train")
        np.testing.assert_array_equal(batch.images[offset], fit(alone.image, 64, 48))
        assert (batch.labels[offset], batch.kinds[offset]) == (alone.label, alone.kind)


def test_exposure_moves_a_dark_frame_no_further_than_its_gain_allows() -> None:
    dark = flat(40, 60, (4, 4, 4))
    for seed in range(20):
        assert expose(np.random.default_rng(seed), dark).max() <= 20
