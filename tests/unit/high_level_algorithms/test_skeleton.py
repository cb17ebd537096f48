"""The skeleton is a complete one: every keypoint hangs on a limb, every field channel is used."""

from __future__ import annotations

from high_level_algorithms import skeleton
from high_level_algorithms.skeleton import (
    KEYPOINT_COUNT,
    KEYPOINT_NAMES,
    LEFT_EAR,
    LEFT_EYE,
    LIMBS,
    NOSE,
    RIGHT_EAR,
    RIGHT_EYE,
)

HEAD = (NOSE, RIGHT_EYE, LEFT_EYE, RIGHT_EAR, LEFT_EAR)


def test_limbs_join_all_keypoints() -> None:
    joined = {0}
    for _ in LIMBS:
        joined |= {
            kind for limb in LIMBS if joined & set(limb[:2]) for kind in (limb.start, limb.end)
        }
    assert joined == set(range(KEYPOINT_COUNT))


def test_limbs_use_every_field_channel_once() -> None:
    assert sorted(limb.channel for limb in LIMBS) == list(range(0, 38, 2))


def test_limbs_are_symmetric() -> None:
    def mirrored(name: str) -> str:
        swapped = {"right": "left", "left": "right"}
        side, _, part = name.partition("_")
        return f"{swapped[side]}_{part}" if side in swapped else name

    named = {(KEYPOINT_NAMES[limb.start], KEYPOINT_NAMES[limb.end]) for limb in LIMBS}
    assert {(mirrored(start), mirrored(end)) for start, end in named} == named


def test_index_constants_are_those_of_the_names() -> None:
    for index, name in enumerate(KEYPOINT_NAMES):
        assert getattr(skeleton, name.upper(), index) == index
    assert {KEYPOINT_NAMES[kind].rpartition("_")[2] for kind in HEAD} == {"nose", "eye", "ear"}
