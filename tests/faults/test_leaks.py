"""Nothing of a person or an image, and no secret, gets into logs, metrics or traces."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from business_logic.stage_clock import StageClock
from deep_learning.catalogue import Catalogue, Role

from tests.faulty_s3 import Fault, FaultyS3
from tests.galleries import index_content
from tests.handler_process import answers, run_handler, segments, trace_daemon
from tests.local_stage import (
    AWS_VARIABLES,
    FRAMES,
    LocalStage,
    batch,
    clear_frame,
    covered_frame,
    function_variables,
    returned,
)
from tests.stage_fixtures import Function

UNLIKE = 2
"""Seed of a scene whose person the tiny networks tell from that of scene 0."""
PERSON = "person-4711-ann-example"
CREDENTIALS = [
    AWS_VARIABLES[name]
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
]


def traces_of_embedding(embedding: np.ndarray) -> list[str]:
    """Return the ways in which numbers of an embedding are written."""
    numbers = [text for value in embedding for text in (str(value), repr(float(value)))]
    encoded = base64.b64encode(embedding.astype("<f4").tobytes()).decode()
    # A number of few digits may be in a text by chance.
    return [encoded[:40], *(number for number in numbers if len(number.lstrip("-0.")) >= 7)]


def traces_of_image(image: bytes) -> list[str]:
    """Return the ways in which the beginning and the middle of a file are written."""
    parts = [image[start : start + 24] for start in (0, len(image) // 2)]
    written = [(part.hex(), repr(part)[2:-1], base64.b64encode(part).decode()) for part in parts]
    return [text[:16] for part in written for text in part]


def found(secrets: list[str], text: str) -> list[str]:
    return [secret for secret in secrets if secret in text]


@pytest.mark.parametrize(
    "write", [str, lambda value: repr(float(value)), lambda value: f"[{value}]"]
)
def test_the_scanner_finds_an_embedding(write: Callable[[np.float32], str]) -> None:
    embedding = np.random.default_rng(1).normal(size=256).astype(np.float32)
    assert found(traces_of_embedding(embedding), f"x {write(embedding[3])}")
    assert not found(traces_of_embedding(embedding), f"x {write(np.float32(0.1))}")


@pytest.mark.parametrize("write", [bytes.hex, repr, lambda image: base64.b64encode(image).decode()])
def test_the_scanner_finds_an_image(write: Callable[[bytes], str]) -> None:
    assert found(traces_of_image(covered_frame()), write(covered_frame()))
    assert not found(traces_of_image(covered_frame()), write(clear_frame()[4:]))


def test_logs_metrics_and_traces_tell_nobodys_secrets(
    function: Function, stage: LocalStage, s3: FaultyS3, tiny_manifest: Path
) -> None:
    known, unknown, broken = clear_frame(0), clear_frame(UNLIKE), b"\x00broken image \x01\x02" * 9
    pipeline = function.surveillance.networks.pipeline
    embeddings = [pipeline.embeddings(frame, StageClock())[0] for frame in (known, unknown)]
    network = Catalogue.read(tiny_manifest, "demo").entry(Role.FACE_EMBEDDING).weights.sha384
    stage.put_gallery(index_content({PERSON: [embeddings[0]]}, network))
    frames = [known, unknown, broken, covered_frame(), known, known]
    bodies = [
        stage.put_frame(f"incoming/door/{number}.jpg", frame) for number, frame in enumerate(frames)
    ]
    s3.spoil(Fault("error", "GET", f"/{FRAMES}/incoming/door/4", status=403, code="AccessDenied"))
    s3.spoil(Fault("short", "GET", f"/{FRAMES}/incoming/door/5", times=3))
    events = [batch(*bodies, "no event", {"no": "event"}), batch(*bodies)]
    with trace_daemon() as (variables, packets):
        run = run_handler(function_variables(tiny_manifest) | variables, events)
    expected = [["m4", "m5", "m6", "m7"], []]
    assert [returned(answer) for answer in answers(run)] == expected
    named = [
        person["face"]["person_id"] for record in stage.records() for person in record["persons"]
    ]
    assert named.count(PERSON) == 3
    assert named.count(None) == 1

    secrets = [PERSON, *CREDENTIALS]
    for embedding in embeddings:
        secrets += traces_of_embedding(embedding)
    for frame in frames:
        secrets += traces_of_image(frame)
    assert len(segments(packets)) > 50
    output = run.stdout + run.stderr
    assert found(secrets, output) == []
    assert found(secrets, "".join(packets)) == []
    assert not any('"exceptions"' in packet for packet in packets)
    for alert in stage.documents("alerts/"):
        assert found(secrets, json.dumps(alert)) == []
    for record in stage.records():
        assert found(secrets[1:], json.dumps(record)) == []
