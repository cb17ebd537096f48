import re
from decimal import Decimal
from pathlib import Path

import pytest

from vss.study import durations
from vss.study.durations import batch_ms, enrolment_ms, init_ms, masks_ms, restore_ms

D = Decimal
PERFORMANCE = (Path(__file__).parents[4] / "docs" / "performance.md").read_text()


def test_an_image_takes_what_docs_performance_measured() -> None:
    row = re.search(r"^\| one person, large .*\| 1 \| 5 \| ([\d.]+) \|", PERFORMANCE, re.MULTILINE)
    beside = re.search(r"S3 excluded: \*\*([\d.]+) ms\*\*", PERFORMANCE)
    assert row is not None
    assert beside is not None
    # At one vCPU: index, image, analysis, record.
    assert batch_ms(D(1), 1769) == 30 + 30 + D(row[1]) + D(beside[1]) + 40


def test_masks_take_what_docs_performance_measured() -> None:
    row = re.search(r"^\| masks, one vCPU \| 1,769 \| (\d+) \|", PERFORMANCE, re.MULTILINE)
    assert row is not None
    assert masks_ms(1769) == D(row[1]) + durations.GET_MS + 2 * durations.PUT_MS


def test_the_answers_of_s3_are_those_assumed_in_docs_performance() -> None:
    assert "S3 answering in 30 ms (GET) and 40 ms (PUT)" in PERFORMANCE
    assert (durations.GET_MS, durations.PUT_MS) == (30, 40)


def test_starts_take_what_docs_performance_measured() -> None:
    row = re.search(r"^\| \+ bytecode \|([\d| ]+)\|$", PERFORMANCE, re.MULTILINE)
    assert row is not None
    measured = [int(cell) for cell in row[1].split("|")]
    assert [init_ms(memory) for memory in (512, 704, 1024, 1536)] == measured[:4]
    assert "two threads give 1008 ms of init" in PERFORMANCE
    assert "785 and 839 at 3008" in PERFORMANCE
    assert (init_ms(1769), init_ms(3008)) == (1008, 785)


def test_between_two_memories_a_start_follows_the_share_of_a_core() -> None:
    # 1/x at 1,238 MB lies where 1/1024 and 1/1536 meet to about half: 1,024 * 1,536 * 2 / 2,560.
    halfway = init_ms(1229)
    assert D(1430) < halfway < D(1450)
    assert init_ms(256) == 2 * 3727
    assert init_ms(10_240) == 785


def test_a_start_beyond_ten_seconds_is_billed_twice() -> None:
    assert init_ms(128) == 10_000 + 4 * 3727


@pytest.mark.parametrize(
    ("images", "memory_mb", "expected"),
    [
        # from the second image on the PUT of 40 ms sets the pace
        (2, 1769, "168.3"),
        (10, 1769, "488.3"),
        # more memory is no faster: one thread
        (1, 3538, "128.3"),
    ],
)
def test_reading_ahead_hides_the_faster_steps(images: int, memory_mb: int, expected: str) -> None:
    assert batch_ms(D(images), memory_mb) == D(expected)


def test_with_half_a_core_the_analysis_sets_the_pace() -> None:
    analysis = D("28.3") / (885 / D(1769))
    assert batch_ms(D(3), 885) == 30 + 30 + analysis + 2 * analysis + 40


def test_local_scope_moves_the_networks_from_the_start_into_the_batch() -> None:
    assert batch_ms(D(1), 1769, local_scope=True) == batch_ms(D(1), 1769) + 617
    assert init_ms(1769, local_scope=True) == 1008 - 617


def test_an_enrolment_asks_s3_five_times_and_a_restore_connects() -> None:
    assert enrolment_ms(1769) == D("28.3") + 2 * 30 + 3 * 40
    assert restore_ms(1769) == 76
