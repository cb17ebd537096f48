"""The record: what is kept of one image, `vss.record/1`.

Every image ends as one record: analysed, covered, or rejected with a reason code. The JSON Schema
lies beside this module as ``record.schema.json``. A record holds no embedding and no image bytes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deep_learning.catalogue import Catalogue, ModelSet
from deep_learning.errors import RejectedInput
from high_level_algorithms.types import (
    CoverVerdict,
    Face,
    Findings,
    FrameStatus,
    Landmarks,
    Person,
    Square,
)

from business_logic.version import __version__

RECORD_FORMAT = "vss.record/1"
SCHEMA_PATH = Path(__file__).with_name("record.schema.json")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FrameSource:
    """Where a frame came from; what a local file does not have is None.

    Attributes:
        bucket: where it lies.
        key: its key there, or its path.
        version_id: its version, of several objects of one key.
        etag: what S3 calls its content.
        camera_id: the camera that took it.
        event_time: when S3 stored it, ISO 8601, UTC.
        sequencer: hexadecimal; of two events of one key the later one has the greater.
    """

    bucket: str | None
    key: str
    version_id: str | None
    etag: str | None
    camera_id: str | None
    event_time: str | None = None
    sequencer: str | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a frame was analysed: by which networks, how fast, under which trace.

    Attributes:
        catalogue: the networks.
        gallery_version: of the gallery's index that faces were compared with, 0 without one.
        timings_ms: of each stage.
        trace_id: None where nothing was traced.
        cold_start: whether the frame had to wait for the start of the environment.
    """

    catalogue: Catalogue
    gallery_version: int
    timings_ms: dict[str, float]
    trace_id: str | None
    cold_start: bool


def build_record(
    frame: FrameSource, outcome: Findings | RejectedInput, circumstances: Circumstances
) -> Json:
    """Return the record of one frame, ready for ``json.dumps``."""
    return {
        "format": RECORD_FORMAT,
        "frame": asdict(frame),
        **_outcome(outcome),
        "model_set": _model_set(circumstances.catalogue.model_set),
        "models": _models(circumstances.catalogue),
        "gallery_version": circumstances.gallery_version,
        "timings_ms": {
            stage: round(elapsed_ms, 3) for stage, elapsed_ms in circumstances.timings_ms.items()
        },
        "trace_id": circumstances.trace_id,
        "cold_start": circumstances.cold_start,
        "software": {"name": "vss", "version": __version__},
    }


def _outcome(outcome: Findings | RejectedInput) -> Json:
    if isinstance(outcome, RejectedInput):
        return {
            "status": FrameStatus.REJECTED,
            "reason": outcome.reason,
            "cover": None,
            "persons": [],
        }
    return {
        "status": outcome.status,
        "reason": None,
        "cover": _cover(outcome.cover),
        "persons": [_person(person) for person in outcome.persons],
    }


def _cover(verdict: CoverVerdict) -> Json:
    return {"probability": _score(verdict.probability)}


def _person(person: Person) -> Json:
    keypoints = [
        {"name": name, "x": _px(x), "y": _px(y), "score": _score(score)}
        for name, x, y, score in person.pose.named_keypoints()
    ]
    return {
        "score": _score(person.pose.score),
        "keypoints": keypoints,
        "face": _face(person.face),
    }


def _face(face: Face) -> Json:
    identity = face.identity
    return {
        "status": face.status,
        "box": None if face.region is None else _box(face.region),
        "landmarks": None if face.landmarks is None else _landmarks(face.landmarks),
        "inter_ocular_px": None if face.landmarks is None else _px(face.landmarks.inter_ocular_px),
        "person_id": None if identity is None else identity.person_id,
        "score": None if identity is None else _score(identity.score),
        "margin": None if identity is None else _score(identity.margin),
    }


def _box(region: Square) -> Json:
    half = region.side / 2
    return {
        "x0": _px(region.x - half),
        "y0": _px(region.y - half),
        "x1": _px(region.x + half),
        "y1": _px(region.y + half),
    }


def _landmarks(landmarks: Landmarks) -> Json:
    return {name: {"x": _px(x), "y": _px(y)} for name, (x, y) in landmarks.named_points().items()}


def _model_set(model_set: ModelSet) -> Json:
    return {"name": model_set.name, "knows": model_set.knows}


def _models(catalogue: Catalogue) -> Json:
    return {
        entry.role: {
            "name": entry.name,
            "precision": entry.precision,
            "sha384": entry.weights.sha384,
        }
        for entry in catalogue.networks
    }


def _px(value: float) -> float:
    return round(float(value), 1)


def _score(value: float) -> float:
    return round(float(value), 4)
