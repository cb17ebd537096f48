from vss.study.reproduction.plan import MEMORIES_MB, Way, cells


def test_every_round_has_every_way_and_memory_once() -> None:
    found = cells(3)
    everything = {
        (way, memory, number) for way in Way for memory in MEMORIES_MB for number in range(3)
    }
    assert {(cell.way, cell.memory_mb, cell.round) for cell in found} == everything
    assert len({cell.key for cell in found}) == len(found) == 45


def test_more_rounds_begin_with_the_same_cells() -> None:
    assert cells(5)[:30] == cells(2)
    assert [cell.memory_mb for cell in cells(1)] != sorted(cell.memory_mb for cell in cells(1))
