"""An image that kills the process each time: a dead letter, and its neighbours recorded."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.end_to_end.conftest import Deploy
from tests.end_to_end.frames import (
    drop,
    eventually,
    invocations,
    jpeg,
    records_of,
)
from tests.tiny_networks import assemble_tiny_networks
from vss.cloud.redrive import dead_letters, redrive, waiting
from vss.local.data_plane.sandbox import detect

NEIGHBOURS = 9
RECEIVES = 5
# Body pose then asks for more than this function has, and less than the larger one.
SMALL = {"memory_mb": 640, "batch_size": 10, "batch_window_s": 2, "timeout_s": 3}
LARGE = {"memory_mb": 3008, "batch_size": 10, "timeout_s": 30}


def poison() -> bytes:
    """A frame that is white in its upper left corner, for the poisonable network."""
    image = cv2.imdecode(np.frombuffer(jpeg(1), np.uint8), cv2.IMREAD_COLOR)
    image[:20, :20] = 255
    return cv2.imencode(".png", image)[1].tobytes()


@pytest.mark.skipif(
    not detect(wanted=True).limited, reason=f"no memory limit here: {detect(wanted=True).missing}"
)
def test_poison_ends_as_a_dead_letter_and_comes_back_once_the_cause_is_gone(
    deploy: Deploy, tmp_path: Path
) -> None:
    manifest = assemble_tiny_networks(tmp_path, poisonable=True)
    running = deploy(SMALL, manifest)
    deployment = running.deployment
    before = len(invocations(running.folder))
    bad = drop(deployment, "incoming/poison/bad.png", poison())
    good = [
        drop(deployment, f"incoming/poison/{index}.jpg", jpeg(index))
        for index in range(2, 2 + NEIGHBOURS)
    ]

    assert eventually(lambda: dead_letters(deployment) > 0, limit_s=300)
    assert eventually(lambda: waiting(deployment) == 0, limit_s=60)
    assert set(records_of(deployment, [*good, bad], limit_s=5)) == set(good)
    assert dead_letters(deployment) == 1
    killed = [
        item for item in invocations(running.folder)[before:] if item["error_type"] is not None
    ]
    # One receive settled the neighbours instead: they were acknowledged, the poison left alone.
    # Another one settled the last of them where its record was lost with the first process.
    assert {item["error_type"] for item in killed} == {"Runtime.OutOfMemory"}
    assert len(killed) in (RECEIVES - 2, RECEIVES - 1)

    deployment = deploy(LARGE, manifest).deployment
    assert redrive(deployment, lambda _moved, _total: None) == 1
    assert bad in records_of(deployment, [bad], limit_s=90)
    assert dead_letters(deployment) == 0
