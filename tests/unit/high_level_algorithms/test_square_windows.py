from __future__ import annotations

import numpy as np
import pytest
from high_level_algorithms.square_windows import SquareWindow, square_windows, starts


@pytest.mark.parametrize("size", [(640, 480), (520, 300), (32, 32), (700, 700)])
def test_a_small_frame_is_looked_at_as_a_whole(size: tuple[int, int]) -> None:
    assert square_windows(*size, 260) == (SquareWindow(0, 0, max(size)),)


@pytest.mark.parametrize(
    ("size", "side", "count"),
    [
        ((1920, 1080), 720, 8),
        ((1280, 720), 520, 6),
        ((3840, 2160), 1440, 8),
        ((1080, 1920), 720, 8),
    ],
)
def test_a_large_frame_is_looked_at_in_parts_too(
    size: tuple[int, int], side: int, count: int
) -> None:
    whole, *parts = square_windows(*size, 260)
    assert whole == SquareWindow(0, 0, max(size))
    assert {part.side for part in parts} == {side}
    assert len(parts) == count


@pytest.mark.parametrize("size", [(1920, 1080), (1281, 799), (4000, 1100), (1100, 4000)])
def test_every_face_smaller_than_the_overlap_is_whole_in_some_part(size: tuple[int, int]) -> None:
    parts = square_windows(*size, 260)[1:]
    face = parts[0].side // 5
    width, height = size
    for x in np.linspace(0, width - face, 60):
        for y in np.linspace(0, height - face, 60):
            assert any(
                part.left <= x
                and x + face <= part.left + part.side
                and part.top <= y
                and y + face <= part.top + part.side
                for part in parts
            )


@pytest.mark.parametrize(
    ("length", "side", "expected"),
    [(100, 100, [0]), (90, 100, [0]), (101, 100, [0, 1]), (250, 100, [0, 75, 150])],
)
def test_parts_begin_at_the_start_and_end_at_the_end(
    length: int, side: int, expected: list[int]
) -> None:
    assert starts(length, side) == expected
