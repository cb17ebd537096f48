"""`make bench-overhead`: what a warm invocation costs beside the pipeline, S3 excluded.

The handler as Lambda calls it, traced, one image a batch, with stores that answer at once; against
the pipeline alone on the same image, in turns.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from time import perf_counter
from typing import Any, cast

# The X-Ray SDK looks for Lambda's variables when it is imported.
os.environ["LAMBDA_TASK_ROOT"] = "/var/task"
os.environ["_X_AMZN_TRACE_ID"] = (
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
)

from business_logic.alert_rules import AlertRules
from business_logic.alerts import FRAME_KINDS, AlertKind, Occasion
from business_logic.camera_state import format_state
from business_logic.frame_store import FrameStore
from business_logic.gallery_index import GalleryIndex
from business_logic.gallery_store import GalleryStore
from business_logic.result_store import ResultStore, encode
from business_logic.sightings import CameraState, Sighting, judge
from business_logic.stage_clock import StageClock
from business_logic.state_store import StateStore, StoredState
from surveillance import process
from surveillance.bootstrap import Environment
from surveillance.parts import Stores

from tests.local_stage import Context, batch, function_variables, s3_event
from tests.performance.full_hd import full_hd_jpeg
from tests.shared_material import ABSENT, IMAGES, REAL_SET, assemble_networks

PHOTOGRAPH = IMAGES / "faces" / "knn_test_obama1.jpg"
AS_DEPLOYED = {
    "VSS_CONFIRMED_FRAMES": "2",
    "VSS_CONFIRMATION_WINDOW": "3",
    "VSS_ALERT_COOLDOWN_S": "300",
}
WARM_UP, REPEAT = 20, 200


class Frames:
    """Answers with the same image."""

    def __init__(self, image: bytes) -> None:
        self.image = image

    def read(self, _frame: object) -> bytes:
        return self.image


class Results:
    """Takes everything, encoded as for S3."""

    def put_once(self, _key: str, document: dict[str, Any]) -> bool:
        return bool(encode(document))


class States:
    """Answers with the state of a camera where something was seen lately, and takes any other."""

    def __init__(self) -> None:
        seen = frozenset({Occasion(AlertKind.CAMERA_COVERED)})
        rules = AlertRules(FRAME_KINDS, 2, 3, timedelta(seconds=300))
        state = CameraState()
        for number in range(100):
            time = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(minutes=number)
            state, _ = judge(state, Sighting(f"{number:020x}", time, "", seen), rules)
        self.stored = StoredState("etag", encode(format_state(state)))

    def read(self, _camera: str, *, exists: bool = False) -> StoredState:
        del exists
        return self.stored

    def write(self, _camera: str, state: CameraState, _etag: str | None) -> bool:
        return bool(encode(format_state(state)))


class NoGallery:
    """Nobody is known, and that does not change."""

    index = GalleryIndex.empty("0" * 96)

    def refresh(self) -> bool:
        return False


def main() -> int:
    """Measure and print."""
    if not IMAGES.exists():
        sys.exit(ABSENT)
    image = full_hd_jpeg(PHOTOGRAPH)
    stores = Stores(
        cast(FrameStore, Frames(image)),
        cast(GalleryStore, NoGallery()),
        cast(ResultStore, Results()),
        cast(StateStore, States()),
    )
    process.Stores = type("Opened", (), {"open": staticmethod(lambda *_: stores)})  # type: ignore[misc, assignment]
    with tempfile.TemporaryDirectory() as name:
        manifest = assemble_networks(Path(name))
        variables = function_variables(manifest, VSS_MODEL_SET=REAL_SET, **AS_DEPLOYED)
        environment = Environment.prepare(variables)
        surveillance = environment.load()
    event = batch(s3_event("incoming/door/1.jpg", image))
    handler, pipeline = [], []
    for _ in range(WARM_UP + REPEAT):
        with redirect_stdout(StringIO()):
            start = perf_counter()
            surveillance.process(event, environment.begin_invocation(Context()))
            handler.append((perf_counter() - start) * 1000)
        start = perf_counter()
        surveillance.networks.pipeline.analyse(image, surveillance._gallery, StageClock())
        pipeline.append((perf_counter() - start) * 1000)
    with_handler, alone = (statistics.median(times[WARM_UP:]) for times in (handler, pipeline))
    print(
        f"handler {with_handler:.2f} ms, pipeline {alone:.2f} ms, overhead "
        f"{with_handler - alone:.2f} ms (medians of {REPEAT} invocations of one image)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
