"""One worker of the bare pipeline: ready, go, done; spoken over standard input and output.

One thread, as the function has with less than four vCPUs; nothing but decoding and networks.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
from business_logic.stage_clock import StageClock
from deep_learning.catalogue import Catalogue
from deep_learning.errors import RejectedInput
from deep_learning.runtime import Runtime
from high_level_algorithms.identification import Gallery
from high_level_algorithms.pipeline import Pipeline, PipelineSettings

import vss  # noqa: F401 - sets OpenCV's pixel limit, as the function's environment does
from tests.shared_material import REAL_SET


def main() -> None:
    """Analyse the images named in the second argument, a file with a path a line."""
    manifest, listing = map(Path, sys.argv[1:])
    bodies = [Path(line).read_bytes() for line in listing.read_text().splitlines()]
    cv2.setNumThreads(1)
    pipeline = Pipeline.load(Runtime(1), Catalogue.read(manifest, REAL_SET), PipelineSettings())
    gallery = Gallery.of({})
    pipeline.analyse(bodies[0], gallery, StageClock())
    print("ready", flush=True)
    sys.stdin.readline()
    for body in bodies:
        try:
            pipeline.analyse(body, gallery, StageClock())
        except RejectedInput:
            continue
    print("done", flush=True)


if __name__ == "__main__":
    main()
