"""What the pipeline costs beyond its networks and one JPEG decode: ``make bench``.

For each photograph, one thread, in one run: the whole way of a 1080p JPEG to its findings, then
the same raw ``infer`` calls with the same inputs, and the fastest decode of the same JPEG. The
ratio of the two is what matters; it does not depend on the machine as the times do.
"""

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np
import openvino as ov
import simplejpeg
from business_logic.stage_clock import StageClock
from deep_learning.catalogue import Catalogue
from deep_learning.runtime import Network, Runtime
from high_level_algorithms.body_pose import thresholds_of
from high_level_algorithms.identification import Gallery
from high_level_algorithms.pipeline import Pipeline, PipelineSettings
from high_level_algorithms.pose_decoding import decode_poses
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests import accuracy
from tests.performance.full_hd import full_hd_jpeg
from tests.shared_material import ABSENT, IMAGES, REAL_SET, REPOSITORY, SHARED, assemble_networks

ROUNDS = 60
SUBJECTS = {
    "one person": (IMAGES / "faces" / "obama-1080p.jpg", 1.15),
    "one person, far": (IMAGES / "people" / "peds_1.jpg", 1.15),
    "five people": (IMAGES / "people" / "humans_1.jpg", 1.25),
    "five people, larger": (IMAGES / "people" / "humans_4.jpg", 1.25),
}
LIMIT_POSE_DECODING_MS = 1.5


class RecordedInfer:
    """Remembers the images a network was given, to repeat the raw calls."""

    def __init__(self) -> None:
        self.calls: list[tuple[Network, np.ndarray]] = []
        self._infer = Network.infer

    def __enter__(self) -> "RecordedInfer":
        def remember(network: Network, image: np.ndarray) -> tuple[np.ndarray, ...]:
            self.calls.append((network, image.copy()))
            return self._infer(network, image)

        Network.infer = remember  # type: ignore[method-assign, assignment]
        return self

    def __exit__(self, *_: object) -> None:
        Network.infer = self._infer  # type: ignore[method-assign]


def milliseconds(action: Callable[[], object]) -> float:
    start = perf_counter()
    action()
    return (perf_counter() - start) * 1000


@dataclass(frozen=True, slots=True)
class Result:
    """Medians of one photograph."""

    persons: int
    infer_calls: int
    total_ms: float
    floor_ms: float
    ratio: float
    pose_decoding_ms: float
    stages_ms: dict[str, float]


def measure(pipeline: Pipeline, gallery: Gallery, photograph: Path) -> Result:
    data = full_hd_jpeg(photograph)
    with RecordedInfer() as recorded:
        findings = pipeline.analyse(data, gallery, StageClock())
    requests = {network: new_request(network) for network, _ in recorded.calls}
    raw_calls = [(requests[network], image) for network, image in recorded.calls]
    stages: dict[str, list[float]] = {}
    totals, floors = [], []
    for _ in track(range(ROUNDS), photograph.name, transient=True, console=Console(stderr=True)):
        clock = StageClock()
        totals.append(milliseconds(partial(pipeline.analyse, data, gallery, clock)))
        for stage, elapsed_ms in clock.timings_ms.items():
            stages.setdefault(stage, []).append(elapsed_ms)
        decode_ms = milliseconds(partial(fastest_decode, data))
        infer_ms = sum(
            milliseconds(partial(request.infer, image[np.newaxis], share_inputs=True))
            for request, image in raw_calls
        )
        floors.append(decode_ms + infer_ms)
    ratios = [total / floor for total, floor in zip(totals, floors, strict=True)]
    return Result(
        persons=len(findings.persons),
        infer_calls=len(recorded.calls),
        total_ms=statistics.median(totals),
        floor_ms=statistics.median(floors),
        ratio=statistics.median(ratios),
        pose_decoding_ms=pose_decoding_ms(recorded),
        stages_ms={stage: statistics.median(times) for stage, times in stages.items()},
    )


def fastest_decode(data: bytes) -> np.ndarray:
    """Decode by libjpeg-turbo, the fastest decoder that was found, to the pipeline's quality."""
    return simplejpeg.decode_jpeg(data, colorspace="BGR", fastupsample=True)


def new_request(network: Network) -> ov.InferRequest:
    """Return a request of the same compiled network, so that the pipeline's own stays as it is."""
    return network._request.get_compiled_model().create_infer_request()


def pose_decoding_ms(recorded: RecordedInfer) -> float:
    network, image = next(
        (network, image) for network, image in recorded.calls if len(network.entry.outputs) == 2
    )
    fields, heatmaps = (output[0].copy() for output in network.infer(image))
    thresholds = thresholds_of(network.entry)
    return statistics.median(
        milliseconds(lambda: decode_poses(heatmaps, fields, thresholds)) for _ in range(ROUNDS)
    )


def main() -> int:
    console = Console()
    if not SHARED.is_dir():
        console.print(ABSENT)
        return 2
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue.read(assemble_networks(Path(folder)), REAL_SET)
        pipeline = Pipeline.load(Runtime(threads=1), catalogue, PipelineSettings())
    gallery = accuracy.enrol(pipeline)
    results = {
        name: measure(pipeline, gallery, photograph) for name, (photograph, _) in SUBJECTS.items()
    }
    console.print(ratio_table(results))
    console.print(stage_table(results))
    target = REPOSITORY / "build" / "bench" / "pipeline.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(
        json.dumps({name: asdict(result) for name, result in results.items()}, indent=1)
    )
    return 0 if all(within_limits(name, result) for name, result in results.items()) else 1


def within_limits(name: str, result: Result) -> bool:
    limit = SUBJECTS[name][1]
    return result.ratio <= limit and result.pose_decoding_ms <= LIMIT_POSE_DECODING_MS


def ratio_table(results: dict[str, Result]) -> Table:
    table = Table(title=f"1080p JPEG, one thread, medians of {ROUNDS}")
    for column in ("", "persons", "infers", "total ms", "infer + decode ms", "ratio", "limit"):
        table.add_column(column, justify="left" if not column else "right")
    table.add_column("pose decoding ms", justify="right")
    for name, result in results.items():
        table.add_row(
            name,
            str(result.persons),
            str(result.infer_calls),
            f"{result.total_ms:.2f}",
            f"{result.floor_ms:.2f}",
            f"{result.ratio:.3f}",
            f"{SUBJECTS[name][1]:.2f}",
            f"{result.pose_decoding_ms:.2f}",
        )
    return table


def stage_table(results: dict[str, Result]) -> Table:
    table = Table(title="per stage, ms")
    table.add_column("stage")
    for name in results:
        table.add_column(name, justify="right")
    stages = dict.fromkeys(stage for result in results.values() for stage in result.stages_ms)
    for stage in stages:
        cells = (result.stages_ms.get(stage) for result in results.values())
        table.add_row(stage, *("" if cell is None else f"{cell:.2f}" for cell in cells))
    return table


if __name__ == "__main__":
    sys.exit(main())
