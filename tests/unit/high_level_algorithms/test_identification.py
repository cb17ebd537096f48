"""Open-set identification: who is named, who stays unknown, with which margin."""

import numpy as np
import pytest
from high_level_algorithms.identification import Gallery, identify
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

THRESHOLD = 0.36


def unit(*values: float) -> np.ndarray:
    vector = np.zeros(256, np.float32)
    vector[: len(values)] = values
    return vector / np.linalg.norm(vector)


ANN, BOB = unit(1), unit(0, 1)
GALLERY = Gallery.of({"ann": [ANN, unit(1, 0, 0.2)], "bob": [BOB]})


def names(probes: list[np.ndarray], gallery: Gallery = GALLERY) -> list[str | None]:
    identities = identify(np.array(probes), gallery, THRESHOLD)
    return [identity.person_id if identity else None for identity in identities]


@pytest.mark.parametrize(
    ("probes", "expected"),
    [
        ([ANN], ["ann"]),
        ([BOB, ANN], ["bob", "ann"]),
        ([unit(0, 0, 0, 1)], [None]),
        ([unit(1, 0, 0, 2.5)], ["ann"]),
        ([unit(1, 0, 0, 2.7)], [None]),
        # A person is in a frame once: the better face gets the name.
        ([unit(1, 0, 0, 0.5), ANN], [None, "ann"]),
        # The face that loses its best person may still be the second best.
        ([unit(1, 0.9), ANN], ["bob", "ann"]),
    ],
    ids=["same", "two", "stranger", "just above", "just below", "once a frame", "second best"],
)
def test_names(probes: list[np.ndarray], expected: list[str | None]) -> None:
    assert names(probes) == expected


def test_score_and_margin_are_those_of_the_best_template_and_the_next_person() -> None:
    (identity,) = identify(np.array([unit(0.8, 0.6)]), GALLERY, THRESHOLD)
    assert identity is not None
    assert identity.score == pytest.approx(0.8, abs=1e-6)
    assert identity.margin == pytest.approx(0.2, abs=1e-6)


def test_the_only_person_of_a_gallery_has_the_margin_to_the_least_score() -> None:
    (identity,) = identify(np.array([ANN]), Gallery.of({"ann": [ANN]}), THRESHOLD)
    assert identity is not None
    assert identity.margin == pytest.approx(2.0, abs=1e-6)


@pytest.mark.parametrize("faces", [0, 3])
def test_an_empty_gallery_names_nobody(faces: int) -> None:
    probes = np.zeros((faces, 256), np.float32)
    assert identify(probes, Gallery.of({}), THRESHOLD) == [None] * faces


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 6))
def test_nobody_is_named_twice_and_clear_cases_agree_with_optimal_assignment(
    seed: int, faces: int, people: int
) -> None:
    rng = np.random.default_rng(seed)
    persons = np.linalg.qr(rng.normal(size=(256, people)))[0].T.astype(np.float32)
    gallery = Gallery.of({f"p{index}": [row] for index, row in enumerate(persons)})
    shown = rng.permutation(people)[: min(faces, people)]
    noise = rng.normal(size=(len(shown), 256), scale=0.03)
    probes = persons[shown] + noise.astype(np.float32)
    probes /= np.linalg.norm(probes, axis=1, keepdims=True)
    found = names(list(probes), gallery)
    rows, columns = linear_sum_assignment(-gallery.scores(probes))
    assert len(set(found)) == len(found)
    assert found == [f"p{column}" for _, column in sorted(zip(rows, columns, strict=True))]


def settled_pair_by_pair(
    probes: np.ndarray, gallery: Gallery, threshold: float
) -> list[tuple[str, float, float] | None]:
    """The definition: take the best pair that is left, as long as there is one."""
    scores = gallery.scores(probes)
    left, found = scores.copy(), [None] * len(probes)
    while left.size and float(left.max()) >= threshold:
        face, person = divmod(int(left.argmax()), len(gallery.person_ids))
        others = np.append(np.delete(scores[face], person), np.float32(-1))
        best = float(scores[face, person])
        found[face] = (gallery.person_ids[person], best, best - float(others.max()))
        left[face, :] = left[:, person] = -np.inf
    return found


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.integers(1, 3), min_size=1, max_size=6),
    st.integers(0, 6),
    st.sampled_from([-1.0, -0.2, 0.0, 0.1, 0.5, 0.7, 1.1]),
)
def test_identities_are_those_of_the_definition(
    seed: int, counts: list[int], faces: int, threshold: float
) -> None:
    rng = np.random.default_rng(seed)
    # So few values that equal scores, and scores at the threshold, are the rule.
    vectors = rng.integers(-1, 2, (sum(counts) + faces, 4)).astype(np.float32)
    vectors = np.pad(vectors, ((0, 0), (0, 252))) * np.float32(rng.choice([0.5, 0.31622776]))
    people = np.split(vectors[: sum(counts)], np.cumsum(counts)[:-1])
    gallery = Gallery.of({f"p{index}": list(group) for index, group in enumerate(people)})
    probes = vectors[sum(counts) :]
    found = [
        identity and (identity.person_id, identity.score, identity.margin)
        for identity in identify(probes, gallery, threshold)
    ]
    assert found == settled_pair_by_pair(probes, gallery, threshold)


@pytest.mark.parametrize("threshold", [0.36, 0.7])
def test_a_score_counts_where_it_is_not_below_the_threshold(threshold: float) -> None:
    # 0.7 in float32 is below 0.7, 0.36 above 0.36.
    for score in (np.float32(threshold), np.nextafter(np.float32(threshold), np.float32(1))):
        gallery = Gallery.of({"ann": [unit(1)]})
        (identity,) = identify(score * unit(1)[None], gallery, threshold)
        assert (identity is not None) == (float(score) >= threshold)


@pytest.mark.parametrize("faces", [1, 3])
@pytest.mark.parametrize("templates", [1, 511, 512, 513, 1500])
def test_blocks_change_no_score(faces: int, templates: int) -> None:
    rng = np.random.default_rng(templates)
    vectors = rng.normal(size=(templates + faces, 256)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    first = np.unique(np.concatenate([[0], rng.integers(0, templates, templates // 3)]))
    gallery = Gallery(tuple(map(str, first)), vectors[:templates], first)
    exact = vectors[templates:].astype(np.float64) @ vectors[:templates].T.astype(np.float64)
    expected = np.maximum.reduceat(exact, first, axis=1)
    found = gallery.scores(vectors[templates:])
    np.testing.assert_allclose(found, expected, atol=1e-6)
    for face, probe in enumerate(vectors[templates:]):
        np.testing.assert_array_equal(gallery.scores(probe[None])[0], found[face])
