"""`make bench-anonymisation`: how many of the faces that show does the anonymiser overlook?

Rendered frames of ``anonymity_crowds``, whose truth is exact. A face counts twice: where a point
of its five landmarks in the frame is open, that is not obscured, and where all of them are. The
real networks, where ``../shared`` is, were not made for rendered people, who are harder for them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import cv2
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.performance.anonymity_crowds import SIZES, Coverage, coverage, crowds
from tests.real_masks import pulled
from tests.shared_material import SHARED
from vss.continuum.anonymise.anonymiser import head_search
from vss.continuum.anonymise.search import HeadSearch
from vss.paths import MANIFEST


def main() -> int:
    """Search the same frames with each set of networks, print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=24, help="rendered frames of several people")
    frames = parser.parse_args().frames
    cv2.setNumThreads(1)
    table = Table(title="Faces of 8 px and more that show, in frames that leave the site")
    for column in ("networks", "frames", "withheld", "faces", "number", "a point open", "all open"):
        left = column in ("networks", "frames", "faces")
        table.add_column(column, justify="left" if left else "right")
    status = Console(stderr=True)
    shown = list(track(crowds(1, frames), "Rendering", frames * 7 // 4, console=status))
    with tempfile.TemporaryDirectory() as folder:
        for name, search in searches(Path(folder)):
            searched = track(shown, f"Frames, {name}", console=status)
            for setting, found in coverage(searched, search).items():
                for cells in rows(found):
                    table.add_row(name, setting, *cells)
    Console(width=120).print(table)
    return 0


def searches(folder: Path) -> Iterator[tuple[str, HeadSearch]]:
    """Yield the demo networks, and the real ones if they are at hand."""
    yield "demo", head_search(MANIFEST, "demo", "demo-masks", 1)
    if SHARED.is_dir():
        yield "omz", head_search(pulled(folder), "omz", "masks", 1)


def rows(found: Coverage) -> Iterator[tuple[str, ...]]:
    """Yield what became of the faces, by size."""
    withheld = f"{found.withheld} of {found.frames}"
    for _, size in SIZES:
        counts = found.faces[size], found.partly[size], found.openly[size]
        yield (withheld, size, *map(str, counts))


if __name__ == "__main__":
    sys.exit(main())
