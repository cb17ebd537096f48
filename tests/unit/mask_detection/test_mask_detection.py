"""An image ends as an image with boxes and a report, or as a report with the reason why not."""

from __future__ import annotations

import json
from collections.abc import Callable

import cv2
import jsonschema
import numpy as np
import pytest
from business_logic.mask_report import SCHEMA_PATH, result_keys
from deep_learning.decode import decode_image
from deep_learning.errors import ConfigurationError, ModelError
from mask_detection.process import MaskDetection

from model_assets.training.mask_dataset import MASKED, UNMASKED, MaskFrame, frames_of
from tests.faulty_s3 import Fault, FaultyS3
from tests.local_stage import FRAMES, Json, LocalStage
from tests.unit.mask_detection.conftest import Detect

SCHEMA = json.loads(SCHEMA_PATH.read_text())


@pytest.fixture(scope="session")
def frame() -> MaskFrame:
    """A rendered frame with a masked and a bare face, both large."""
    for drawn in frames_of(np.random.default_rng([51, 13]), 60):
        kinds = [
            kind
            for kind, box in zip(drawn.kinds, drawn.boxes, strict=True)
            if box[3] - box[1] > 45 and kind in (MASKED, UNMASKED)
        ]
        if {MASKED, UNMASKED} <= set(kinds):
            return drawn
    raise AssertionError("no frame shows both kinds")


def jpeg(image: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()


def stored(stage: LocalStage, key: str) -> bytes:
    return stage.client.get_object(Bucket=FRAMES, Key=key)["Body"].read()


def report_of(stage: LocalStage, key: str) -> Json:
    report = json.loads(stored(stage, key))
    jsonschema.validate(report, SCHEMA)
    return report


def failed(response: Json) -> int:
    return len(response["batchItemFailures"])


def test_an_image_ends_as_boxes_and_counts(
    detect: Detect, stage: LocalStage, frame: MaskFrame
) -> None:
    image = jpeg(frame.image)
    assert failed(detect({"intermediate/camera 7/img1.jpg": image})) == 0
    report = report_of(stage, "result/camera 7/img1.json")
    assert report["status"] == "analysed"
    assert report["masked"] >= 1
    assert report["unmasked"] >= 1
    assert report["state"] in ("warning", "danger")
    assert report["share_unmasked"] == pytest.approx(
        report["unmasked"] / (report["masked"] + report["unmasked"]), abs=1e-4
    )
    assert report["image"] == "result/camera 7/img1.jpg"
    assert report["frame"]["key"] == "intermediate/camera 7/img1.jpg"
    assert set(report["timings_ms"]) == {"read", "decode", "mask_detection", "draw"}
    assert report["cold_start"] is True
    drawn = decode_image(stored(stage, report["image"]))
    assert drawn.shape == frame.image.shape
    # Red and green of a line one pixel wide are half lost with the JPEG's colours.
    changed = np.abs(drawn.astype(int) - decode_image(image)).max(2) > 25
    for box in (face["box"] for face in report["faces"]):
        edge = changed[round(box["y0"]) : round(box["y1"]), max(0, round(box["x0"]))]
        assert edge.mean() > 0.5


def test_an_image_without_people_says_that_nobody_was_seen(
    detect: Detect, stage: LocalStage
) -> None:
    empty = np.full((480, 640, 3), 120, np.uint8)
    assert failed(detect({"intermediate/a/img1.jpg": jpeg(empty)})) == 0
    report = report_of(stage, "result/a/img1.json")
    assert (report["state"], report["share_unmasked"], report["faces"]) == ("nobody_seen", None, [])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"GIF89a....", "unsupported_format"),
        (jpeg(np.zeros((480, 640, 3), np.uint8))[:200], "truncated"),
        (jpeg(np.zeros((16, 640, 3), np.uint8)), "bad_dimensions"),
    ],
)
def test_what_cannot_be_analysed_is_reported_with_its_reason(
    detect: Detect, stage: LocalStage, content: bytes, reason: str
) -> None:
    assert failed(detect({"intermediate/a/img1.jpg": content})) == 0
    report = report_of(stage, "result/a/img1.json")
    assert report["status"] == "rejected"
    assert report["image"] is None
    if reason != "truncated":  # what a cut header is called is the decoder's affair
        assert report["reason"] == reason
    listing = stage.client.list_objects_v2(Bucket=FRAMES, Prefix="result/")
    assert [item["Key"] for item in listing["Contents"]] == ["result/a/img1.json"]


def test_reports_of_the_edge_and_things_elsewhere_are_passed_over(
    detect: Detect, stage: LocalStage
) -> None:
    others = {"intermediate/a/report.json": b"{}", "elsewhere/img1.jpg": b"x"}
    assert failed(detect(others)) == 0
    assert "Contents" not in stage.client.list_objects_v2(Bucket=FRAMES, Prefix="result/")


def test_an_image_that_is_sent_again_replaces_the_result(
    detect: Detect, stage: LocalStage, frame: MaskFrame
) -> None:
    detect({"intermediate/a/img1.jpg": jpeg(frame.image)})
    detect({"intermediate/a/img1.jpg": jpeg(np.full((480, 640, 3), 120, np.uint8))})
    report = report_of(stage, "result/a/img1.json")
    assert (report["state"], report["cold_start"]) == ("nobody_seen", False)


def test_what_could_not_be_written_comes_again_and_its_neighbours_do_not(
    detect: Detect, stage: LocalStage, s3: FaultyS3
) -> None:
    empty = jpeg(np.full((480, 640, 3), 120, np.uint8))
    s3.spoil(Fault("error", "PUT", f"/{FRAMES}/result/a/img1.jpg", times=20))
    response = detect({"intermediate/a/img1.jpg": empty, "intermediate/a/img2.jpg": empty})
    assert failed(response) == 1
    assert report_of(stage, "result/a/img2.json")["status"] == "analysed"
    listing = stage.client.list_objects_v2(Bucket=FRAMES, Prefix="result/a/img1")
    assert "Contents" not in listing  # no report without its image


def test_an_image_is_not_begun_without_the_time_for_it(detect: Detect, stage: LocalStage) -> None:
    empty = jpeg(np.full((480, 640, 3), 120, np.uint8))
    images = {f"intermediate/a/img{number}.jpg": empty for number in (1, 2, 3)}
    assert failed(detect(images, remaining_ms=lambda: 900)) == 2
    listing = stage.client.list_objects_v2(Bucket=FRAMES, Prefix="result/")
    assert len(listing["Contents"]) == 2


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("in/v/img1.jpg", ("out/v/img1.jpg", "out/v/img1.json")),
        ("in/img1.PNG", ("out/img1.jpg", "out/img1.json")),
        ("in/v/w/a.b.jpeg", ("out/v/w/a.b.jpg", "out/v/w/a.b.json")),
        ("in/v/report.json", None),
        ("inner/v/img1.jpg", None),
        ("in/v/.jpg", None),
        ("in/v/jpg", None),
    ],
)
def test_results_lie_as_their_images_do(key: str, expected: tuple[str, str] | None) -> None:
    assert result_keys(key, "in", "out") == expected


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"VSS_OUTPUT_FOLDER": "intermediate"}, "outside of 'intermediate'"),
        ({"VSS_OUTPUT_FOLDER": "intermediate/result"}, "outside of 'intermediate'"),
        ({"VSS_INPUT_FOLDER": "/intermediate"}, "VSS_INPUT_FOLDER is '/intermediate'"),
        ({"VSS_INPUT_FOLDER": ""}, "VSS_INPUT_FOLDER"),
        ({"VSS_MASKS": "1"}, "VSS_MASKS"),
    ],
)
def test_wrong_settings_fail_at_the_start(
    start: Callable[..., MaskDetection], changes: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        start(**changes)


def test_a_set_without_a_network_for_masks_fails_at_the_start(
    start: Callable[..., MaskDetection],
) -> None:
    with pytest.raises(ModelError, match="model set demo has no network for the role mask_detect"):
        start(VSS_MODEL_SET="demo")


def test_the_folder_may_be_a_neighbour_with_a_longer_name(
    start: Callable[..., MaskDetection],
) -> None:
    assert start(VSS_OUTPUT_FOLDER="intermediate-results")


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
