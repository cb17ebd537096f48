"""Decoding rendered heatmaps and fields gives back exactly the people that were rendered."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from high_level_algorithms.pose_decoding import PoseThresholds, decode_poses, find_peaks
from high_level_algorithms.skeleton import KEYPOINT_COUNT, KEYPOINT_NAMES, LIMBS
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from tests.factories import (
    GRID,
    Floats,
    Points,
    cut_to_grid,
    render_fields,
    render_heatmaps,
    standing,
)

THRESHOLDS = PoseThresholds(peak=0.1, person=0.3)
ACCURACY = 0.15
ROWS, COLUMNS = GRID
NO_HEATMAPS = np.zeros((KEYPOINT_COUNT + 1, *GRID), np.float32)
NO_FIELDS = np.zeros((2 * len(LIMBS), *GRID), np.float32)


def _decode(people: list[Points]) -> list[Points]:
    return decode_poses(render_heatmaps(people), render_fields(people), THRESHOLDS)


def _assert_same_people(found: list[Points], truth: list[Points], accuracy: float) -> None:
    assert len(found) == len(truth)
    if not truth:
        return
    cost = np.array([[_difference(person, other) for other in found] for person in truth])
    for row, column in zip(*linear_sum_assignment(cost), strict=True):
        seen = truth[row][:, 2] > 0
        np.testing.assert_array_equal(found[column][:, 2] > 0, seen)
        distances = np.hypot(*(found[column] - truth[row])[seen, :2].T)
        assert distances.max() <= accuracy, dict(zip(KEYPOINT_NAMES, distances, strict=False))
        assert not found[column][~seen].any()


def _difference(person: Points, other: Points) -> float:
    both = (person[:, 2] > 0) & (other[:, 2] > 0)
    apart = np.hypot(*(person - other)[both, :2].T).sum()
    return float(apart) + 100.0 * np.count_nonzero((person[:, 2] > 0) != (other[:, 2] > 0))


LEGS = ("right_knee", "right_ankle", "left_knee", "left_ankle")
HEAD = ("nose", "right_eye", "left_eye", "right_ear", "left_ear")
RIGHT_ARM = ("right_elbow", "right_wrist")

SCENES = {
    "nobody": [],
    "one": [standing(28.3, 16.4, 24)],
    "one, lying": [standing(28.3, 16.4, 30, lean=np.pi / 2)],
    "one, lying, as large as the picture": [standing(28.3, 16.4, 54, lean=np.pi / 2)],
    "one, upside down": [standing(28.3, 16.4, 24, lean=np.pi)],
    "one, far away": [standing(40.2, 20.7, 9)],
    "two": [standing(14.6, 16.1, 26), standing(41.2, 17.9, 22)],
    "five": [standing(6.3 + 11.1 * n, 15.2 + 0.7 * n, 20 + n) for n in range(5)],
    "twelve": [standing(5.4 + 9.2 * (n % 6), 8.3 + 16.1 * (n // 6), 13.5) for n in range(12)],
    "side by side": [standing(25.2, 16.2, 26), standing(31.6, 16.9, 25)],
    "one behind the other": [standing(28.0, 17.0, 28), standing(33.5, 14.0, 14)],
    "crossing": [standing(26.0, 17.2, 26, lean=0.9), standing(31.0, 17.2, 26, lean=-0.9)],
    "legs missing": [standing(28.3, 20.4, 30, missing=LEGS)],
    "head missing": [standing(28.3, 14.4, 24, missing=HEAD)],
    "arm missing": [standing(28.3, 16.4, 24, missing=RIGHT_ARM)],
    "one missing what the other has": [
        standing(16.2, 16.2, 26, missing=(*LEGS, *HEAD)),
        standing(38.7, 16.6, 26, missing=RIGHT_ARM),
    ],
    "three keypoints": [standing(28.3, 16.4, 24, missing=KEYPOINT_NAMES[3:])],
}


@pytest.mark.parametrize("people", SCENES.values(), ids=SCENES.keys())
def test_finds_exactly_the_people_rendered(people: list[Points]) -> None:
    _assert_same_people(_decode(people), people, ACCURACY)


def test_without_a_neck_its_parts_are_found() -> None:
    """Only the neck joins head and legs: the method's own limit, each part by itself is right."""
    person = standing(28.3, 16.4, 24, missing=("neck",))
    legs = [
        [KEYPOINT_NAMES.index(f"{side}_{joint}") for joint in ("hip", "knee", "ankle")]
        for side in ("right", "left")
    ]
    neck = KEYPOINT_NAMES.index("neck")
    upper = sorted(set(range(KEYPOINT_COUNT)) - {neck, *legs[0], *legs[1]})
    parts = []
    for kinds in (upper, *legs):
        part = np.zeros_like(person)
        part[kinds] = person[kinds]
        parts.append(part)
    _assert_same_people(_decode([person]), parts, ACCURACY)


CUT = {
    "left": standing(2.2, 16.5, 24),
    "right": standing(55.5, 16.5, 24),
    "top": standing(28.4, 8.1, 24),
    "bottom": standing(28.4, 26.5, 24),
    "corner": standing(54.5, 26.5, 24),
}


@pytest.mark.parametrize("person", CUT.values(), ids=CUT.keys())
def test_people_cut_by_the_border_are_found(person: Points) -> None:
    visible = cut_to_grid(person)
    assert 3 <= np.count_nonzero(visible[:, 2]) < KEYPOINT_COUNT
    found = _decode([visible])
    assert len(found) == 1
    np.testing.assert_array_equal(found[0][:, 2] > 0, visible[:, 2] > 0)
    seen = visible[:, 2] > 0
    # In a border cell there is nothing to refine the peak with: half a cell at most.
    assert np.abs(found[0] - visible)[seen, :2].max() <= 0.5
    x, y = visible[:, 0], visible[:, 1]
    inner = seen & (x > 1) & (x < COLUMNS - 1) & (y > 1) & (y < ROWS - 1)
    assert np.hypot(*(found[0] - visible)[inner, :2].T).max() <= ACCURACY


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    x=st.floats(14, 43),
    y=st.floats(14, 18),
    height=st.floats(12, 26),
    lean=st.floats(-0.6, 0.6),
    missing=st.sets(st.sampled_from([*RIGHT_ARM, *LEGS, "left_ear", "left_wrist"])),
)
def test_finds_any_person(x: float, y: float, height: float, lean: float, missing: set) -> None:
    whole = {"right_elbow": "right_wrist", "right_knee": "right_ankle", "left_knee": "left_ankle"}
    missing |= {end for start, end in whole.items() if start in missing}
    person = standing(x, y, height, lean, missing)
    _assert_same_people(_decode([person]), [person], ACCURACY)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("scene", ["nobody", "one", "five", "crossing"])
def test_weak_noise_changes_nothing(scene: str, seed: int) -> None:
    people = SCENES[scene]
    generator = np.random.default_rng(seed)
    heatmaps, fields = render_heatmaps(people), render_fields(people)
    heatmaps += generator.normal(0, 0.015, heatmaps.shape).astype(np.float32)
    fields += generator.normal(0, 0.05, fields.shape).astype(np.float32)
    _assert_same_people(decode_poses(heatmaps, fields, THRESHOLDS), people, 0.2)


@pytest.mark.parametrize("seed", range(3))
def test_noise_alone_is_nobody(seed: int) -> None:
    generator = np.random.default_rng(seed)
    heatmaps = generator.normal(0, 0.06, NO_HEATMAPS.shape).astype(np.float32)
    fields = generator.normal(0, 0.1, NO_FIELDS.shape).astype(np.float32)
    assert len(find_peaks(heatmaps[:KEYPOINT_COUNT], THRESHOLDS.peak).score) > 100
    assert decode_poses(heatmaps, fields, THRESHOLDS) == []


@pytest.mark.parametrize("heat", [0.0, 0.5, 1.0, -1.0, np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("field", [0.0, 0.7, np.nan])
def test_constant_maps_are_nobody(heat: float, field: float) -> None:
    with np.errstate(all="ignore"):
        people = decode_poses(
            np.full_like(NO_HEATMAPS, heat), np.full_like(NO_FIELDS, field), THRESHOLDS
        )
    assert people == []


def test_a_map_of_nan_leaves_the_others_alone() -> None:
    person = standing(28.3, 16.4, 24, missing=("left_wrist",))
    heatmaps = render_heatmaps([person])
    heatmaps[KEYPOINT_NAMES.index("left_wrist")] = np.nan
    _assert_same_people(
        decode_poses(heatmaps, render_fields([person]), THRESHOLDS), [person], ACCURACY
    )


def test_the_background_channel_does_not_matter() -> None:
    people = SCENES["two"]
    heatmaps, fields = render_heatmaps(people), render_fields(people)
    with_background = decode_poses(heatmaps, fields, THRESHOLDS)
    without = decode_poses(heatmaps[:KEYPOINT_COUNT], fields, THRESHOLDS)
    np.testing.assert_array_equal(with_background, without)


def test_does_not_alter_its_inputs() -> None:
    heatmaps, fields = render_heatmaps(SCENES["two"]), render_fields(SCENES["two"])
    heatmaps.setflags(write=False)
    fields.setflags(write=False)
    assert len(decode_poses(heatmaps, fields, THRESHOLDS)) == 2


def test_scores_are_those_of_the_heatmaps() -> None:
    person = standing(28.5, 16.5, 24)
    person[:, 2] = np.linspace(0.5, 0.95, KEYPOINT_COUNT)
    (found,) = _decode([person])
    peaks = render_heatmaps([person])[:KEYPOINT_COUNT].max((1, 2))
    np.testing.assert_allclose(found[:, 2], peaks, rtol=1e-6)


def test_faint_and_small_groups_are_nobody() -> None:
    faint = standing(28.3, 16.4, 24)
    faint[:, 2] = 0.25
    pair = standing(28.3, 16.4, 24, missing=KEYPOINT_NAMES[2:])
    assert _decode([faint]) == []
    assert _decode([pair]) == []


def test_keypoints_without_fields_are_nobody() -> None:
    heatmaps = render_heatmaps(SCENES["five"])
    assert decode_poses(heatmaps, NO_FIELDS, THRESHOLDS) == []
    assert decode_poses(heatmaps, -render_fields(SCENES["five"]), THRESHOLDS) == []


def _random_maps(seed: int, density: float) -> tuple[Floats, Floats]:
    generator = np.random.default_rng(seed)
    grid = (12, 16)
    heatmaps = generator.random((KEYPOINT_COUNT, *grid), np.float32)
    heatmaps[generator.random(heatmaps.shape) > density] = 0
    return heatmaps, generator.normal(0, 1, (2 * len(LIMBS), *grid)).astype(np.float32)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(seed=st.integers(0, 2**32 - 1), density=st.floats(0.005, 0.2))
def test_no_candidate_belongs_to_two_people(seed: int, density: float) -> None:
    heatmaps, fields = _random_maps(seed, density)
    loose = PoseThresholds(peak=0.1, person=0.0, aligned=0.3, keypoints=2)
    peaks = find_peaks(heatmaps, loose.peak)
    candidates = {
        (kind, *map(float, peaks.xy[index]))
        for kind in range(KEYPOINT_COUNT)
        for index in range(peaks.first[kind], peaks.first[kind + 1])
    }
    used = [
        (kind, float(x), float(y))
        for person in decode_poses(heatmaps, fields, loose)
        for kind, (x, y, score) in enumerate(person)
        if score > 0
    ]
    assert len(used) == len(set(used))
    assert set(used) <= candidates


# --- limbs ---------------------------------------------------------------------------------------


def _line_integral(fields: Floats, channel: int, start: Points, end: Points) -> float:
    """Mean alignment along the line, the plain way: nearest cell, 50 samples."""
    unit = (end - start) / np.hypot(*(end - start))
    samples = start + np.linspace(0, 1, 50)[:, None] * (end - start)
    column, row = np.clip(np.floor(samples).astype(int), 0, (COLUMNS - 1, ROWS - 1)).T
    return float((fields[channel, row, column] * unit[0]).mean()) + float(
        (fields[channel + 1, row, column] * unit[1]).mean()
    )


@pytest.mark.parametrize("scene", ["two", "five", "twelve", "side by side", "crossing"])
def test_limbs_are_the_optimal_assignment(scene: str) -> None:
    people = SCENES[scene]
    heatmaps, fields = render_heatmaps(people), render_fields(people)
    peaks = find_peaks(heatmaps[:KEYPOINT_COUNT], THRESHOLDS.peak)
    found = decode_poses(heatmaps, fields, THRESHOLDS)
    for limb in LIMBS[:17]:
        starts, ends = (
            peaks.xy[peaks.first[kind] : peaks.first[kind + 1]] for kind in (limb.start, limb.end)
        )
        gain = np.array(
            [[_line_integral(fields, limb.channel, a, b) for b in ends] for a in starts]
        )
        optimal = {
            (*map(float, starts[row]), *map(float, ends[column]))
            for row, column in zip(*linear_sum_assignment(gain, maximize=True), strict=True)
        }
        joined = {
            (*map(float, person[limb.start, :2]), *map(float, person[limb.end, :2]))
            for person in found
        }
        assert joined == optimal, limb


RIGHT_HIP, RIGHT_KNEE = KEYPOINT_NAMES.index("right_hip"), KEYPOINT_NAMES.index("right_knee")
PAIRS = PoseThresholds(peak=0.1, person=0.3, keypoints=2)


def _thighs(
    hips: list[tuple[int, int]],
    knees: list[tuple[int, int]],
    field: tuple[float | Points, float | Points],
) -> list[Points]:
    """Decode hips and knees, given as cells (x, y), in a field of components x, y."""
    heatmaps, fields = NO_HEATMAPS.copy(), NO_FIELDS.copy()
    for kind, cells in ((RIGHT_HIP, hips), (RIGHT_KNEE, knees)):
        for x, y in cells:
            heatmaps[kind, y, x] = 0.8
    (channel,) = (limb.channel for limb in LIMBS if limb[:2] == (RIGHT_HIP, RIGHT_KNEE))
    fields[channel], fields[channel + 1] = field
    return decode_poses(heatmaps, fields, PAIRS)


def _cells(people: list[Points], kind: int) -> list[tuple[float, float]]:
    return [(float(x) - 0.5, float(y) - 0.5) for x, y in (person[kind, :2] for person in people)]


def test_a_joined_candidate_is_out_of_reach_for_others() -> None:
    # The second best pair shares its hip with the best: the other hip must get the second knee.
    people = _thighs(hips=[(10, 5), (16, 5)], knees=[(10, 15), (12, 15)], field=(0.0, 1.0))
    joined = zip(_cells(people, RIGHT_HIP), _cells(people, RIGHT_KNEE), strict=True)
    assert sorted(joined) == [((10, 5), (10, 15)), ((16, 5), (12, 15))]


@pytest.mark.parametrize(
    ("length", "strength", "joined"), [(10, 0.3, True), (40, 0.3, False), (40, 1.0, True)]
)
def test_a_limb_longer_than_half_the_picture_needs_a_strong_field(
    length: int, strength: float, joined: bool
) -> None:
    people = _thighs(hips=[(5, 16)], knees=[(5 + length, 16)], field=(strength, 0.0))
    assert bool(people) is joined


@pytest.mark.parametrize(("rows", "joined"), [(13, False), (15, False), (17, True), (20, True)])
def test_a_limb_must_be_aligned_over_most_of_its_length(rows: int, joined: bool) -> None:
    down_to = np.where(np.arange(ROWS) < 5 + rows, 1.0, 0.0)[:, None]
    people = _thighs(hips=[(10, 5)], knees=[(10, 25)], field=(0.0, down_to))
    assert bool(people) is joined


# The limb that closes a cycle of the skeleton: shoulder, ear, eye, nose, neck.
SHOULDER_TO_EAR = slice(18, 20)
RIGHT_EAR = KEYPOINT_NAMES.index("right_ear")


def test_a_limb_across_two_people_does_not_merge_them() -> None:
    people = SCENES["side by side"]
    first, second = (person.copy() for person in people)
    first[RIGHT_EAR], second[RIGHT_EAR] = people[1][RIGHT_EAR], people[0][RIGHT_EAR]
    fields = render_fields(people)
    fields[SHOULDER_TO_EAR] = render_fields([first, second])[SHOULDER_TO_EAR]
    found = decode_poses(render_heatmaps(people), fields, THRESHOLDS)
    _assert_same_people(found, people, ACCURACY)


def test_a_stray_candidate_does_not_replace_a_keypoint() -> None:
    person = standing(28.3, 16.4, 24)
    stray = np.zeros_like(person)
    stray[RIGHT_EAR] = (22.5, 6.5, 0.95)
    with_stray_ear = person.copy()
    with_stray_ear[RIGHT_EAR] = stray[RIGHT_EAR]
    fields = render_fields([person])
    fields[SHOULDER_TO_EAR] = render_fields([with_stray_ear])[SHOULDER_TO_EAR]
    found = decode_poses(render_heatmaps([person, stray]), fields, THRESHOLDS)
    _assert_same_people(found, [person], ACCURACY)


@pytest.mark.parametrize("every", [3, 2])
def test_a_flood_of_candidates_stays_within_memory(every: int) -> None:
    heatmaps, fields = NO_HEATMAPS.copy(), NO_FIELDS + 0.7
    heatmaps[:, ::every, ::every] = 0.9
    tracemalloc.start()
    decode_poses(heatmaps, fields, THRESHOLDS)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes <= 100e6
