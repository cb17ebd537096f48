"""Writes rows that several processes make as memory-mapped arrays, a file for each field."""

from __future__ import annotations

import argparse
import multiprocessing
import os
from collections.abc import Callable, Collection, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TypeVar

import cv2
import numpy as np
from rich.progress import track

Task = TypeVar("Task")


def parse(description: str, splits: Collection[str], sizes: Sequence[str]) -> argparse.Namespace:
    """Return the command line: folder, split, the sizes named, seed and number of processes."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for the arrays")
    parser.add_argument("--split", choices=splits, required=True)
    for size in sizes:
        parser.add_argument(f"--{size}", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    return parser.parse_args()


def write(
    out: Path,
    make: Callable[[Task], Sequence[NamedTuple]],
    tasks: Sequence[Task],
    rows: int,
    workers: int,
) -> None:
    """Make all rows and write them into ``out``, with progress.

    Args:
        out: folder, made if there is none.
        make: gives the rows of a task: tuples of arrays of equal shapes and types.
        tasks: what is to be made, in this order.
        rows: how many all tasks give together.
        workers: processes that make them.
    """
    out.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, np.memmap[tuple[int, ...], np.dtype[np.generic]]] = {}
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        made = chain.from_iterable(pool.imap(make, tasks))
        for index, row in enumerate(track(made, "Rendering", total=rows)):
            for name, value in row._asdict().items():
                if name not in arrays:
                    arrays[name] = np.lib.format.open_memmap(
                        out / f"{name}.npy", "w+", value.dtype, (rows, *value.shape)
                    )
                arrays[name][index] = value
