"""How identification grows with the gallery: ``make bench-gallery``.

Templates are unit vectors of a seed, three a person; each size has a process of its own, on one
core, so that its memory is its own. What is timed is what the function does: it parses the index,
leaves out who has expired, and compares faces.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

SIZES = (100, 10_000, 1_000_000)
FACES = (1, 2, 5, 10)
PER_PERSON = 3
REPETITIONS = 15
SEED = 6
NETWORK = "ab" * 48
DAY = date(2027, 1, 1)
_LENGTH = 256
_CHUNK = 50_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, help="measure this size in this process, as JSON")
    size = parser.parse_args().size
    if size is not None:
        print(json.dumps(measure(size)))
        return
    from rich.console import Console
    from rich.table import Table

    console = Console(width=110)
    table = Table(title="ms a face, by the number of faces in the frame")
    for column in ("templates", "index MB", "load ms", "memory MB", "read once ms"):
        table.add_column(column, justify="right")
    for faces in FACES:
        table.add_column(str(faces), justify="right")
    for one in SIZES:
        with console.status(f"{one:,} templates"):
            found = measured_apart(one)
        times = [f"{found['face_ms'][str(faces)]:.3g}" for faces in FACES]
        table.add_row(
            f"{one:,}",
            f"{found['index_bytes'] / 1e6:,.1f}",
            f"{found['load_ms']:,.2f}",
            f"{found['memory_mb']:,.0f}",
            f"{found['read_ms']:.3g}",
            *times,
        )
    console.print(table)


def measured_apart(size: int) -> dict:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", __spec__.name, "--size", str(size)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def measure(size: int) -> dict:
    """Measure one size; only what the function needs is loaded."""
    import numpy as np
    from business_logic.gallery_index import parse_index
    from high_level_algorithms.identification import Gallery, identify

    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    content = index_of(size)
    before = resident_mb()

    def load() -> Gallery:
        index = parse_index(content, NETWORK)
        known = index.references(DAY)
        return Gallery(known.person_ids, known.templates, known.first, index.version)

    gallery = load()
    rng = np.random.default_rng(SEED + 1)
    face_ms = {}
    for faces in FACES:
        probes = rng.standard_normal((faces, _LENGTH), np.float32)
        # The first face is somebody's, the others nobody's.
        probes[0] = gallery.templates[size // 2] + 0.02 * probes[0]
        probes /= np.linalg.norm(probes, axis=1, keepdims=True)
        named = [identity is not None for identity in identify(probes, gallery, 0.4)]
        assert named == [True] + [False] * (faces - 1)
        face_ms[faces] = timed(lambda probes=probes: identify(probes, gallery, 0.4)) / faces
    return {
        "index_bytes": len(content),
        "load_ms": timed(load, 3),
        "face_ms": face_ms,
        "read_ms": timed(lambda: np.bitwise_or.reduce(gallery.templates.view(np.uint32).ravel())),
        "memory_mb": len(content) / 1e6 + resident_mb() - before,
    }


def index_of(size: int) -> bytes:
    """Return an index as the bucket holds it, made in pieces: it must fit into memory once."""
    import numpy as np

    people = -(-size // PER_PERSON)
    header = {
        "format": "vss.gallery/2",
        "version": 1,
        "network_sha384": NETWORK,
        "templates": size,
        "person_ids": [f"person-{number:07}" for number in range(people)],
    }
    line = json.dumps(header, separators=(",", ":")).encode()
    counts = np.full(people, PER_PERSON, "<u4")
    counts[-1] = size - PER_PERSON * (people - 1)
    until = np.full(size, date(2028, 1, 1).toordinal(), "<i4")
    content = bytearray(line + b" " * (-(len(line) + 1) % 64) + b"\n")
    for array in (counts, until, np.arange(size, dtype="<u8")):
        content += array.tobytes()
    rng = np.random.default_rng(SEED)
    for start in range(0, size, _CHUNK):
        block = rng.standard_normal((min(_CHUNK, size - start), _LENGTH), np.float32)
        block /= np.linalg.norm(block, axis=1, keepdims=True)
        content += block.tobytes()
    return bytes(content)


def timed(run: Callable[[], object], repetitions: int = REPETITIONS) -> float:
    """Return the median of the milliseconds it takes."""
    run()
    taken = []
    for _ in range(repetitions):
        begin = perf_counter()
        run()
        taken.append((perf_counter() - begin) * 1000)
    return median(taken)


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
