"""FPIR, FNIR and the threshold: by definition, by brute force, and with what they must refuse."""

from math import ceil

import numpy as np
import pytest
from deep_learning.errors import ConfigurationError
from high_level_algorithms.identification import Gallery, identify
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from tests.unit.vss.calibration.people_and_strangers import (
    gallery_of,
    open_set_of,
    searches,
    strangers_of,
)
from vss.calibration import open_set as module
from vss.calibration.open_set import MatedSearches, OpenSet, choose_threshold, leave_one_out
from vss.calibration.proportion import Rate

# Coarse, so that ties are the rule.
coarse = st.integers(-10, 9).map(lambda tenth: tenth / 10)
seeds = st.integers(0, 2**32 - 1)
tables = settings(derandomize=True, deadline=None, max_examples=60)


def test_a_probe_is_compared_with_everybody_but_itself() -> None:
    a, b, c = np.eye(256, dtype=np.float32)[:3]
    near = (0.6 * a + 0.8 * b).astype(np.float32)
    mated = leave_one_out(Gallery.of({"ann": [a, near], "bob": [b], "eve": [c, a]}))
    assert mated.right.tolist() == [0, 0, 2, 2]
    assert mated.people_without == 1
    expected = [[0.6, 0, 1], [0.6, 0.8, 0.6], [0, 0, 0], [1, 0, 0]]
    np.testing.assert_allclose(mated.scores, expected, atol=1e-6)


@pytest.mark.parametrize("block", [1, 4, 1024])
@pytest.mark.parametrize("counts", [[3, 1, 2, 5], [2], [1, 1, 4]])
def test_leaving_one_out_is_searching_the_gallery_without_it(
    monkeypatch: pytest.MonkeyPatch, counts: list[int], block: int
) -> None:
    monkeypatch.setattr(module, "_BLOCK", block)
    gallery = gallery_of(3, counts)
    mated = leave_one_out(gallery)
    people = np.split(gallery.templates, gallery.first[1:])
    row = 0
    for person, templates in enumerate(people):
        for left_out in range(len(templates)):
            if len(templates) == 1:
                continue
            without = list(people)
            without[person] = np.delete(templates, left_out, axis=0)
            others = Gallery.of({str(index): list(group) for index, group in enumerate(without)})
            expected = others.scores(templates[left_out : left_out + 1])[0]
            np.testing.assert_allclose(mated.scores[row], expected, atol=1e-6)
            assert mated.right[row] == person
            row += 1
    assert row == len(mated.right)
    assert mated.people_without == counts.count(1)


@pytest.mark.parametrize("counts", [[], [1, 1]])
def test_people_with_one_template_give_no_search(counts: list[int]) -> None:
    mated = leave_one_out(gallery_of(0, counts) if counts else Gallery.of({}))
    assert mated.scores.shape == (0, len(counts))
    assert mated.people_without == len(counts)


@pytest.mark.parametrize(
    ("scores", "right", "threshold", "misses"),
    [
        ([[0.9, 0.1]], [0], 0.5, 0),
        ([[0.5, 0.1]], [0], 0.5, 0),
        ([[0.4, 0.1]], [0], 0.5, 1),
        ([[0.9, 0.95]], [0], 0.5, 1),
        ([[0.1, 0.9]], [1], 0.5, 0),
        ([[0.9, 0.9]], [0], 0.5, 1),
        ([[0.9, 0.9]], [1], 0.5, 1),
        ([[0.7]], [0], 0.5, 0),
    ],
    ids=["hit", "at", "below", "second", "other column", "tie", "tie after", "one person"],
)
def test_a_miss_is_a_right_person_not_first_or_below_the_threshold(
    scores: list[list[float]], right: list[int], threshold: float, misses: int
) -> None:
    strangers = np.zeros((1, len(scores[0])), np.float32)
    open_set = OpenSet.of(searches(scores, right), strangers)
    assert open_set.fnir(threshold) == Rate(misses, 1)


@pytest.mark.parametrize(
    ("threshold", "events"), [(-1, 4), (0.2, 4), (0.21, 3), (0.4, 3), (0.41, 1), (0.8, 1), (0.9, 0)]
)
def test_a_false_positive_is_a_stranger_at_or_above_the_threshold(
    threshold: float, events: int
) -> None:
    scores = np.array([[0.2, 0.1], [0.4, 0.0], [0.1, 0.4], [0.3, 0.8]], np.float32)
    open_set = OpenSet.of(searches([[0.9, 0.1]], [0]), scores)
    # 0.2 in float32 is above 0.2: thresholds are compared with what the scores are.
    assert open_set.fpir(float(np.float32(threshold))) == Rate(events, 4)


@tables
@given(seeds, st.floats(-1, 1))
def test_the_rates_are_what_identification_does(seed: int, threshold: float) -> None:
    gallery, strangers = gallery_of(seed, [2, 3, 1, 2]), strangers_of(seed + 1, 20)
    mated = leave_one_out(gallery)
    open_set = OpenSet.of(mated, gallery.scores(strangers))
    named = [identify(face[None], gallery, threshold)[0] for face in strangers]
    assert open_set.fpir(threshold).events == sum(identity is not None for identity in named)
    returned = [
        int(scores.argmax()) if scores.max() >= threshold else None for scores in mated.scores
    ]
    misses = sum(found != right for found, right in zip(returned, mated.right, strict=True))
    assert open_set.fnir(threshold) == Rate(misses, 7)


@tables
@given(st.lists(coarse, min_size=1, max_size=30), st.lists(coarse, min_size=1, max_size=30))
def test_fpir_falls_and_fnir_rises_with_the_threshold(
    mated: list[float], strangers: list[float]
) -> None:
    open_set = open_set_of(mated, strangers)
    thresholds = np.array([-np.inf, *np.linspace(-1.05, 1.05, 43), np.inf])
    assert (np.diff(open_set.false_positives(thresholds)) <= 0).all()
    assert (np.diff(open_set.misses(thresholds)) >= 0).all()
    assert open_set.fpir(-np.inf).share == 1
    assert open_set.fpir(np.inf).share == 0
    assert open_set.fnir(np.inf) == Rate(len(mated), len(mated))


@tables
@given(st.lists(coarse, min_size=2, max_size=60), st.floats(0.02, 0.98))
def test_the_chosen_threshold_is_the_smallest_that_keeps_to_the_rate(
    strangers: list[float], wanted: float
) -> None:
    open_set = open_set_of([0.9], strangers)
    if wanted < 1 / len(strangers):
        with pytest.raises(ConfigurationError, match="cannot support"):
            choose_threshold(open_set, wanted)
        return
    threshold = choose_threshold(open_set, wanted)
    assert open_set.fpir(threshold).share <= wanted
    lower = float(np.nextafter(np.float32(threshold), np.float32(-np.inf)))
    assert open_set.fpir(lower).share > wanted


@pytest.mark.parametrize(
    ("strangers", "wanted", "allowed"),
    [(100, 0.01, 1), (100, 0.29, 29), (100, 0.07, 7), (300, 0.01, 3), (299, 0.01, 2), (10, 0.1, 1)],
)
def test_a_rate_allows_as_many_false_positives_as_it_says(
    strangers: int, wanted: float, allowed: int
) -> None:
    open_set = open_set_of([0.9], list(np.linspace(-0.5, 0.5, strangers)))
    assert open_set.fpir(choose_threshold(open_set, wanted)) == Rate(allowed, strangers)


def test_a_tie_at_the_limit_lets_none_of_the_tied_through() -> None:
    open_set = open_set_of([0.9], [0.1] * 8 + [0.5, 0.5])
    assert open_set.fpir(choose_threshold(open_set, 0.1)).events == 0
    assert open_set.fpir(choose_threshold(open_set, 0.2)).events == 2


def test_the_true_fpir_of_a_chosen_threshold_is_as_documented() -> None:
    rng = np.random.default_rng(11)
    true_rates = []
    for _ in range(2000):
        uniform = rng.uniform(0, 0.9, 200)
        threshold = choose_threshold(open_set_of([0.9], list(uniform)), 0.02)
        true_rates.append(1 - threshold / 0.9)
    law = beta(5, 196)
    assert np.mean(true_rates) == pytest.approx(5 / 201, rel=0.05)
    assert np.mean(true_rates <= law.ppf(0.5)) == pytest.approx(0.5, abs=0.04)
    low, high = Rate(4, 200).interval
    assert high == pytest.approx(law.ppf(0.975), rel=1e-9)
    within = (low <= np.array(true_rates)) & (np.array(true_rates) <= high)
    assert within.mean() >= 0.95


def test_the_threshold_is_the_quantile_of_a_known_distribution() -> None:
    gallery, strangers = gallery_of(5, [2] * 10, noise=0.02), strangers_of(6, 4000)
    open_set = OpenSet.of(leave_one_out(gallery), gallery.scores(strangers))
    chosen = choose_threshold(open_set, 0.05)
    independent = OpenSet.of(leave_one_out(gallery), gallery.scores(strangers_of(7, 4000)))
    assert independent.fpir(chosen).share == pytest.approx(0.05, abs=0.015)
    fnir = open_set.fnir(chosen)
    assert fnir is not None
    assert fnir.share == 0


@pytest.mark.parametrize(
    ("strangers", "wanted", "parts"),
    [
        (40, 0.01, ("40 faces", "FPIR of 0.01", "least 100", "and 300 without", "is 0.025")),
        (300, 0.001, ("300 faces", "least 1000", "and 3000 without", "is 0.0034")),
        (1, 0.5, ("1 faces", "least 2", "and 6 without", "is 1")),
    ],
)
def test_too_few_strangers_are_refused_with_the_numbers(
    strangers: int, wanted: float, parts: tuple[str, ...]
) -> None:
    open_set = open_set_of([0.9], [0.1] * strangers)
    with pytest.raises(ConfigurationError, match="rule of three") as refusal:
        choose_threshold(open_set, wanted)
    for part in parts:
        assert part in str(refusal.value)


def test_the_rate_that_a_refusal_offers_is_accepted() -> None:
    for strangers in range(2, 400):
        open_set = open_set_of([0.9], [0.1] * strangers)
        with pytest.raises(ConfigurationError) as refusal:
            choose_threshold(open_set, 0.9 / strangers)
        offered = float(str(refusal.value).rsplit(" ", 1)[1])
        assert offered <= 1.1 / strangers + 0.01 / strangers
        assert choose_threshold(open_set, offered) > 0
        needed = int(str(refusal.value).split("at least ")[1].split(" ")[0])
        assert needed == max(ceil(strangers / 0.9), strangers + 1)


@pytest.mark.parametrize("wanted", [0.0, -0.1, 1.0, 1.5, float("nan")])
def test_a_rate_out_of_range_is_refused(wanted: float) -> None:
    with pytest.raises(ConfigurationError, match="above 0 and below 1"):
        choose_threshold(open_set_of([0.9], [0.1] * 10), wanted)


def test_strangers_who_are_in_the_gallery_are_refused() -> None:
    open_set = open_set_of([0.9], [0.1] * 7 + [1.0, 0.99995, 1.0000001])
    with pytest.raises(ConfigurationError, match=r"3 of 10 faces .* more than the 2"):
        choose_threshold(open_set, 0.2)
    assert choose_threshold(open_set, 0.3) == pytest.approx(0.1)


def test_without_mated_searches_there_is_a_threshold_but_no_fnir() -> None:
    open_set = open_set_of([], [0.1, 0.2, 0.3])
    threshold = choose_threshold(open_set, 0.5)
    assert open_set.fpir(threshold).share <= 0.5
    assert open_set.fnir(threshold) is None


@pytest.mark.parametrize(
    ("shape", "message"), [((5, 0), "0 people .* 5 faces"), ((0, 3), "3 people .* 0 faces")]
)
def test_nobody_to_compare_is_refused(shape: tuple[int, int], message: str) -> None:
    nobody = MatedSearches(np.empty((0, shape[1]), np.float32), np.empty(0, np.intp), 0)
    with pytest.raises(ConfigurationError, match=message):
        OpenSet.of(nobody, np.empty(shape, np.float32))


@pytest.mark.parametrize(
    ("mated", "strangers", "message"),
    [
        ([[0.9, 0.1]], [[0.1]], "two sizes"),
        ([[0.9, 0.1]], [0.1, 0.2], "two sizes"),
        ([[0.9]], [[float("nan")]], "no number"),
        ([[float("nan")]], [[0.1]], "no number"),
    ],
)
def test_scores_that_are_none_are_an_error(
    mated: list[list[float]], strangers: list[object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        OpenSet.of(searches(mated, [0]), np.array(strangers, np.float32))
