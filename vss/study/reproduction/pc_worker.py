"""One worker of a PC: the pipeline alone, one thread, the same image over and over.

Prints the seconds that ``count`` images take, once the networks are loaded and warm.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import cv2
from business_logic.stage_clock import StageClock
from deep_learning.catalogue import Catalogue
from deep_learning.runtime import Runtime
from high_level_algorithms.identification import Gallery
from high_level_algorithms.pipeline import Pipeline, PipelineSettings

import vss  # noqa: F401 - sets OpenCV's pixel limit, as the function's environment does

_WARM_UP = 5


def main() -> None:
    """Measure by manifest, model set, image and count, given as arguments."""
    manifest, model_set, image, count = sys.argv[1:]
    body = Path(image).read_bytes()
    cv2.setNumThreads(1)
    catalogue = Catalogue.read(Path(manifest), model_set)
    pipeline = Pipeline.load(Runtime(1), catalogue, PipelineSettings())
    gallery = Gallery.of({})
    for _ in range(_WARM_UP):
        pipeline.analyse(body, gallery, StageClock())
    begun = time.perf_counter()
    for _ in range(int(count)):
        pipeline.analyse(body, gallery, StageClock())
    print(time.perf_counter() - begun)


if __name__ == "__main__":
    main()
