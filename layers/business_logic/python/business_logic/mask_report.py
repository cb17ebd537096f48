"""The report on one image, ``vss.masks/1``: who wears a mask, and what is to be thought of it.

The JSON Schema lies beside this module as ``masks.schema.json``. A report holds no image bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deep_learning.catalogue import NetworkEntry
from deep_learning.errors import RejectedInput
from high_level_algorithms.types import FaceSeen, MaskVerdict

from business_logic.events import FrameStored
from business_logic.record import Json
from business_logic.version import __version__

MASKS_FORMAT = "vss.masks/1"
SCHEMA_PATH = Path(__file__).with_name("masks.schema.json")


@dataclass(frozen=True, slots=True)
class MaskFindings:
    """What was found in an image.

    Attributes:
        faces: all of them.
        verdict: on them.
        image_key: where the image with the boxes lies.
    """

    faces: Sequence[FaceSeen]
    verdict: MaskVerdict
    image_key: str


@dataclass(frozen=True, slots=True)
class MaskCircumstances:
    """How an image was analysed.

    Attributes:
        model_set: name of the set of networks.
        network: that looked for faces.
        timings_ms: milliseconds of each stage.
        cold_start: whether the invocation had to wait for the start of the environment.
    """

    model_set: str
    network: NetworkEntry
    timings_ms: Mapping[str, float]
    cold_start: bool


def result_keys(key: str, input_folder: str, output_folder: str) -> tuple[str, str] | None:
    """Return the keys of the image with boxes and of the report; None for what is no image.

    ``<input>/<video>/<name>.png`` becomes ``<output>/<video>/<name>.jpg`` and ``….json``.
    """
    folder, _, name = key.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    inside = f"{folder}/".startswith(f"{input_folder}/")
    if not (inside and stem and dot and suffix.lower() in ("jpg", "jpeg", "png")):
        return None
    below = f"{output_folder}{folder.removeprefix(input_folder)}/{stem}"
    return f"{below}.jpg", f"{below}.json"


def build_mask_report(
    source: FrameStored, outcome: MaskFindings | RejectedInput, circumstances: MaskCircumstances
) -> Json:
    """Return the report, ready for ``json.dumps``."""
    network = circumstances.network
    return {
        "format": MASKS_FORMAT,
        "frame": {
            "bucket": source.bucket,
            "key": source.key,
            "version_id": source.version_id,
            "etag": source.etag,
            "event_time": source.time.isoformat(timespec="milliseconds"),
        },
        **(_rejected(outcome) if isinstance(outcome, RejectedInput) else _analysed(outcome)),
        "model_set": circumstances.model_set,
        "models": {
            network.role.value: {
                "name": network.name,
                "precision": network.precision,
                "sha384": network.weights.sha384,
            }
        },
        "timings_ms": {name: round(value, 3) for name, value in circumstances.timings_ms.items()},
        "cold_start": circumstances.cold_start,
        "software": {"name": "vss", "version": __version__},
    }


def _rejected(error: RejectedInput) -> dict[str, Any]:
    return {
        "status": "rejected",
        "reason": error.reason,
        "state": None,
        "masked": None,
        "unmasked": None,
        "share_unmasked": None,
        "faces": [],
        "image": None,
    }


def _analysed(findings: MaskFindings) -> dict[str, Any]:
    verdict, share = findings.verdict, findings.verdict.share_unmasked
    return {
        "status": "analysed",
        "reason": None,
        "state": verdict.state,
        "masked": verdict.masked,
        "unmasked": verdict.unmasked,
        "share_unmasked": None if share is None else round(share, 4),
        "faces": [_face(face) for face in findings.faces],
        "image": findings.image_key,
    }


def _face(face: FaceSeen) -> Json:
    box = dict(zip(("x0", "y0", "x1", "y1"), (round(side, 1) for side in face.box), strict=True))
    return {"box": box, "masked": face.masked, "score": round(face.score, 4)}
