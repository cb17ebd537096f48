from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_assets.training.dataset_writer import write


class Row(NamedTuple):
    points: NDArray[np.float32]
    number: np.int32


def rows_of(numbers: range) -> list[Row]:
    return [Row(np.full((2, 3), number / 2, np.float32), np.int32(number)) for number in numbers]


def test_rows_of_all_processes_are_written_in_the_order_of_their_tasks(tmp_path: Path) -> None:
    tasks = [range(0, 4), range(4, 5), range(5, 9)]
    write(tmp_path / "new" / "set", rows_of, tasks, 9, workers=2)
    points, number = (np.load(tmp_path / "new" / "set" / f"{name}.npy") for name in Row._fields)
    assert number.dtype == np.int32
    assert number.tolist() == list(range(9))
    assert points.shape == (9, 2, 3)
    assert points[:, 1, 2].tolist() == [index / 2 for index in range(9)]
