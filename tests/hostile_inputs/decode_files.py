"""Decode hostile inputs in a process of its own and report as JSON lines.

Apart from pytest, so that a crash of a codec is one failed test and the peak memory is that of
decoding alone. Modes: ``files FOLDER`` (every file below it), ``mutations COUNT`` (seeded).
Seconds are of CPU time: a decoder cannot wait, and a busy machine must not fail the test.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from deep_learning.decode import decode_image
from deep_learning.errors import RejectedInput

from tests.image_files import (
    chunk,
    exif_block,
    jpeg,
    jpeg_segment,
    mutated,
    picture,
    png_of,
    with_jpeg_segments,
    written_by_pillow,
)


def files(folder: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def mutations(count: str) -> Iterator[tuple[str, bytes]]:
    rng = random.Random(20_260)  # noqa: S311 - reproducible, not secret
    rgb = picture()[:, :, ::-1]
    app1 = jpeg_segment(0xE1, b"Exif\0\0" + exif_block(6))
    seeds = (
        with_jpeg_segments(jpeg(), app1),
        jpeg(progressive=True),
        jpeg(mode="CMYK"),
        jpeg(restart_marker_blocks=2),
        written_by_pillow(picture(), "PNG"),
        png_of(rgb, interlaced=True, before=chunk(b"eXIf", exif_block(8))),
    )
    for index in range(int(count)):
        seed = rng.choice(seeds)
        reach = rng.choice((len(seed), 700))  # the headers are in the first 700 bytes
        changes = [(rng.randrange(reach), rng.randrange(256)) for _ in range(rng.randrange(1, 5))]
        insert = rng.randbytes(rng.choice((0, 0, 3)))
        cut = rng.choice((0, 0, 0, 0, rng.randrange(len(seed))))
        yield f"mutation {index}", mutated(seed, changes, rng.randrange(reach), insert, cut)


def peak_rss_mb() -> float:
    # Not ru_maxrss: that one begins with the peak of the process that started this one.
    status = Path("/proc/self/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def outcome(data: bytes) -> str:
    try:
        decode_image(data)
    except RejectedInput as rejection:
        return rejection.reason
    return "decoded"


def main(mode: str, argument: str) -> None:
    decode_image(jpeg())
    decode_image(png_of(picture()))
    idle_mb = peak_rss_mb()
    for name, data in {"files": files, "mutations": mutations}[mode](argument):
        begin = time.process_time()
        ending = outcome(data)
        seconds = time.process_time() - begin
        print(json.dumps({"name": name, "outcome": ending, "seconds": seconds}), flush=True)
    print(json.dumps({"idle_mb": idle_mb, "growth_mb": peak_rss_mb() - idle_mb}))


if __name__ == "__main__":
    main(*sys.argv[1:])
