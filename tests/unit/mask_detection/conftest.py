"""The tests run the mask function on a bucket of its own, with the demo network."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from business_logic.log import Log
from mask_detection.bootstrap import load_mask_detection
from mask_detection.process import MaskDetection

from tests.faulty_s3 import FaultyS3
from tests.local_stage import FRAMES, KEY_ARN, OWNER, Json, LocalStage, batch, s3_event
from tests.stage_fixtures import moto_endpoint, s3, stage  # noqa: F401
from vss.paths import MANIFEST

VARIABLES = {
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
    "VSS_STAGE": "test",
    "VSS_INPUT_BUCKET": FRAMES,
    "VSS_INPUT_FOLDER": "intermediate",
    "VSS_OUTPUT_BUCKET": FRAMES,
    "VSS_OUTPUT_FOLDER": "result",
    "VSS_OUTPUT_KEY_ARN": KEY_ARN,
    "VSS_BUCKET_OWNER": OWNER,
    "VSS_MANIFEST": str(MANIFEST),
    "VSS_MODEL_SET": "demo-masks",
    "VSS_MODEL_SOURCE": "layer",
}

Detect = Callable[..., Json]


@pytest.fixture
def start(stage: LocalStage, s3: FaultyS3) -> Callable[..., MaskDetection]:  # noqa: F811
    """Start the function; keyword arguments change its environment variables."""
    return lambda **changes: load_mask_detection(VARIABLES | changes)


@pytest.fixture
def detect(start: Callable[..., MaskDetection], stage: LocalStage) -> Detect:  # noqa: F811
    """Put images, call the function with their events, return its answer."""
    function = start()

    def _detect(images: dict[str, bytes], remaining_ms: Callable[[], int] = lambda: 60_000) -> Json:
        events = []
        for key, content in images.items():
            stage.client.put_object(Bucket=FRAMES, Key=key, Body=content)
            events.append(s3_event(key, content, bucket=FRAMES, etag=None))
        return function.process(batch(*events), Log("request-1"), remaining_ms)

    return _detect
