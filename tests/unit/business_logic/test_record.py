"""Records follow their schema, and tell what happened."""

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from business_logic.record import (
    SCHEMA_PATH,
    Circumstances,
    FrameSource,
    Json,
    build_record,
)
from deep_learning.catalogue import Catalogue
from deep_learning.errors import Reason, RejectedInput
from high_level_algorithms.types import (
    CoverVerdict,
    Face,
    FaceStatus,
    Findings,
    FrameStatus,
    Identity,
    Landmarks,
    Person,
    Pose,
    Square,
)

from tests.factories import write_manifest

MANIFEST = Path(__file__).parents[3] / "model_assets" / "manifest.json"
REAL = Catalogue.read(MANIFEST, "omz")
SOURCE = FrameSource("frames", "incoming/door/1.jpg", "v1", "e1", "door")
CLEAR = CoverVerdict(covered=False, probability=0.01234567)


def pose(*kinds: int) -> Pose:
    keypoints = np.zeros((18, 3))
    keypoints[list(kinds)] = (100.04, 50.06, 0.81234567)
    return Pose(keypoints)


def landmarks() -> Landmarks:
    return Landmarks(np.array([[0, 0], [30, 40], [1, 2], [3, 4], [5, 6]], float))


IDENTIFIED = Face(
    FaceStatus.IDENTIFIED, Square(50, 60, 20), landmarks(), Identity("p-1", 0.71, 0.6)
)
FACES = {
    "identified": IDENTIFIED,
    "unknown": Face(FaceStatus.UNKNOWN, Square(50, 60, 20), landmarks()),
    "too_small": Face(FaceStatus.TOO_SMALL, Square(50, 60, 2), landmarks()),
    "not_visible": Face(FaceStatus.NOT_VISIBLE),
    "erased": Face(FaceStatus.ERASED, Square(50, 60, 20), landmarks()),
}


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(SCHEMA_PATH.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def record_of(outcome: Findings | RejectedInput, catalogue: Catalogue = REAL) -> Json:
    circumstances = Circumstances(catalogue, 7, {"decode": 9.87654}, None, True)
    return json.loads(json.dumps(build_record(SOURCE, outcome, circumstances)))


@pytest.mark.parametrize("status", FACES)
def test_a_record_of_each_face_status_follows_the_schema(
    status: str, validator: jsonschema.Draft202012Validator
) -> None:
    findings = Findings(FrameStatus.ANALYSED, CLEAR, (Person(pose(0, 5), FACES[status]),))
    record = record_of(findings)
    validator.validate(record)
    assert record["persons"][0]["face"]["status"] == status


@pytest.mark.parametrize("reason", list(Reason))
def test_a_rejection_keeps_its_reason_and_nothing_of_the_image(
    reason: Reason, validator: jsonschema.Draft202012Validator
) -> None:
    record = record_of(RejectedInput(reason, "why"))
    validator.validate(record)
    assert (record["status"], record["reason"]) == ("rejected", reason.value)
    assert record["persons"] == []
    assert record["cover"] is None


def test_a_covered_frame_has_its_probability_and_no_persons(
    validator: jsonschema.Draft202012Validator,
) -> None:
    record = record_of(Findings(FrameStatus.COVERED, CoverVerdict(True, 0.99), ()))
    validator.validate(record)
    assert (record["status"], record["cover"]) == ("covered", {"probability": 0.99})


def test_values_are_pixels_and_rounded() -> None:
    record = record_of(Findings(FrameStatus.ANALYSED, CLEAR, (Person(pose(0, 17), IDENTIFIED),)))
    (person,) = record["persons"]
    assert person["keypoints"] == [
        {"name": "nose", "x": 100.0, "y": 50.1, "score": 0.8123},
        {"name": "left_ear", "x": 100.0, "y": 50.1, "score": 0.8123},
    ]
    face = person["face"]
    assert face["box"] == {"x0": 40, "y0": 50, "x1": 60, "y1": 70}
    assert face["inter_ocular_px"] == 50.0
    assert face["landmarks"]["right_eye"] == {"x": 30.0, "y": 40.0}
    assert (face["person_id"], face["score"], face["margin"]) == ("p-1", 0.71, 0.6)
    assert record["timings_ms"] == {"decode": 9.877}


def test_the_record_says_which_networks_spoke() -> None:
    record = record_of(Findings(FrameStatus.ANALYSED, CLEAR, ()))
    assert set(record["models"]) == {
        "camera_cover",
        "body_pose",
        "face_landmarks",
        "face_embedding",
    }
    hashes = {name: network["sha384"] for name, network in record["models"].items()}
    assert hashes == {entry.role: entry.weights.sha384 for entry in REAL.networks}
    assert record["model_set"] == {"name": "omz", "knows": None}
    assert record["software"]["name"] == "vss"


def test_the_record_says_how_little_its_networks_know(
    tmp_path: Path, validator: jsonschema.Draft202012Validator
) -> None:
    demo = Catalogue.read(write_manifest(tmp_path, []), "demo")
    record = record_of(Findings(FrameStatus.ANALYSED, CLEAR, ()), demo)
    validator.validate(record)
    assert record["model_set"] == {"name": "demo", "knows": "rendered people only"}
    assert record["models"]["body_pose"]["name"] == "filler-body_pose"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"embedding": [0.1]}, "embeddings are never kept"),
        ({"status": "lost"}, "no such status"),
        ({"status": "rejected"}, "a rejection has a reason"),
        ({"reason": "empty"}, "only rejections have a reason"),
        ({"cover": None}, "an analysed frame has a cover probability"),
        ({"model_set": "demo"}, "a set has a name and what it knows"),
        ({"model_set": {"name": "demo", "knows": ""}}, "nothing is no text"),
    ],
)
def test_the_schema_refuses_what_is_no_record(
    change: Json, why: str, validator: jsonschema.Draft202012Validator
) -> None:
    record = record_of(Findings(FrameStatus.ANALYSED, CLEAR, ()))
    validator.validate(record)
    assert not validator.is_valid(record | change), why


def test_the_schema_refuses_a_name_on_an_unknown_face(
    validator: jsonschema.Draft202012Validator,
) -> None:
    findings = Findings(FrameStatus.ANALYSED, CLEAR, (Person(pose(0), FACES["unknown"]),))
    record = record_of(findings)
    record["persons"][0]["face"]["person_id"] = "p-1"
    assert not validator.is_valid(record)
