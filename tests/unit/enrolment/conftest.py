"""The enrolment tests run the function on a gallery bucket of their own, with the demo networks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from business_logic.enrolment_terms import EnrolmentTerms
from business_logic.log import Log
from enrolment.bootstrap import load_enrolment
from enrolment.process import Enrolment

from tests.faulty_s3 import FaultyS3
from tests.local_stage import GALLERY, KEY_ARN, OWNER, Json, LocalStage, batch, s3_event
from tests.stage_fixtures import moto_endpoint, s3, stage  # noqa: F401
from vss.paths import MANIFEST

TERMS = EnrolmentTerms("Consent form 17", date.today() + timedelta(days=30))
VARIABLES = {
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
    "VSS_STAGE": "test",
    "VSS_GALLERY_BUCKET": GALLERY,
    "VSS_GALLERY_KEY_ARN": KEY_ARN,
    "VSS_BUCKET_OWNER": OWNER,
    "VSS_MANIFEST": str(MANIFEST),
    "VSS_MODEL_SET": "demo",
    "VSS_MODEL_SOURCE": "layer",
}

Enrol = Callable[..., Json]


@pytest.fixture
def start(stage: LocalStage, s3: FaultyS3) -> Callable[..., Enrolment]:  # noqa: F811
    """Start the function; keyword arguments change its environment variables."""
    return lambda **changes: load_enrolment(VARIABLES | changes)


@pytest.fixture
def enrol(start: Callable[..., Enrolment], stage: LocalStage) -> Enrol:  # noqa: F811
    """Put photographs, call the function with their events, return its answer."""
    function = start()

    def _enrol(
        photographs: dict[str, bytes],
        terms: EnrolmentTerms | None = TERMS,
        before_it_begins: Callable[[], None] = lambda: None,
    ) -> Json:
        metadata = {} if terms is None else terms.metadata()
        events = []
        for key, content in photographs.items():
            stage.client.put_object(Bucket=GALLERY, Key=key, Body=content, Metadata=metadata)
            events.append(s3_event(key, content, bucket=GALLERY, etag=None))
        before_it_begins()
        return function.process(batch(*events), Log("request-1"))

    return _enrol
