"""What people look at: the table, the annotated image, the contact sheet."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from business_logic.record import Circumstances, FrameSource, Json, build_record
from deep_learning.catalogue import Catalogue, ModelSet
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
from rich.console import Console

from tests.factories import standing
from vss.view.annotation import annotate
from vss.view.contact_sheet import contact_sheet
from vss.view.record_findings import findings_of
from vss.view.record_table import record_table

GREY = np.full((360, 640, 3), 128, np.uint8)
CLEAR = CoverVerdict(covered=False, probability=0.012)
REAL = Catalogue(Path(), ModelSet("omz", None, {}))
GREEN, RED = np.array([70, 120, 60]), np.array([40, 40, 200])


def printed(*records: Json) -> str:
    console = Console(width=160)
    with console.capture() as capture:
        console.print(record_table(records))
    return capture.get()


def record(**changes: object) -> Json:
    face = {"status": "unknown", "person_id": None, "score": None}
    known = {"status": "identified", "person_id": "p-7", "score": 0.712}
    return {
        "frame": {"key": "incoming/door/7.jpg", "camera_id": "door"},
        "status": "analysed",
        "reason": None,
        "cover": {"probability": 0.0123},
        "persons": [{"face": face}, {"face": known}, {"face": face}],
        "model_set": {"name": "omz", "knows": None},
        "timings_ms": {"decode": 9.6, "body_pose": 12.6},
    } | changes


def test_the_table_names_the_known_and_counts_the_others() -> None:
    text = printed(record())
    for part in ("door", "7.jpg", "analysed", "0.012", "3", "p-7 0.71, 2 unknown", "22"):
        assert part in text


def test_the_table_shows_why_an_image_was_rejected() -> None:
    text = printed(record(status="rejected", reason="truncated", cover=None, persons=[]))
    assert "rejected" in text
    assert "truncated" in text


def test_the_table_of_real_networks_ends_with_the_table() -> None:
    assert "Model set" not in printed(record(), record())


def test_the_table_ends_with_a_line_on_networks_that_know_little() -> None:
    demo = record(model_set={"name": "demo", "knows": "rendered people only"})
    *_, last = printed(record(), demo, demo).splitlines()
    assert last.startswith("Model set demo knows rendered people only;")
    assert "`vss models pull`, then model_set omz" in last
    assert printed(demo, demo).count("Model set") == 1


def person(status: FaceStatus, identity: Identity | None = None) -> Person:
    points = np.array([(310, 90), (330, 90), (320, 100), (312, 110), (328, 110)], float)
    face = Face(status, Square(320, 100, 60), Landmarks(points), identity)
    return Person(Pose(standing(320, 220, 280)), face)


def drawn(*persons: Person, status: FrameStatus = FrameStatus.ANALYSED) -> np.ndarray:
    covered = status is FrameStatus.COVERED
    verdict = CoverVerdict(True, 0.99) if covered else CLEAR
    return annotate(GREY, Findings(status, verdict, persons))


@pytest.mark.parametrize(
    ("status", "colour"), [(FrameStatus.ANALYSED, GREEN), (FrameStatus.COVERED, RED)]
)
def test_the_verdict_stands_in_a_strip_above_the_untouched_image(
    status: FrameStatus, colour: np.ndarray
) -> None:
    image = drawn(status=status)
    strip = image.shape[0] - GREY.shape[0]
    assert 0 < strip < 60
    assert (image[1, -1] == colour).all()
    np.testing.assert_array_equal(image[strip:], GREY)


def test_limbs_and_face_are_drawn_where_they_are() -> None:
    image = drawn(person(FaceStatus.UNKNOWN))[-360:]
    changed = (image != GREY).any(2)
    assert changed[60:135, 285:295].any(), "left side of the face box"
    assert changed[150:350, 280:360].any(), "the body"
    assert not changed[:, :200].any()
    assert not changed[:, 440:].any()


def test_each_face_status_has_its_own_look() -> None:
    looks = [
        drawn(person(FaceStatus.UNKNOWN)),
        drawn(person(FaceStatus.TOO_SMALL)),
        drawn(person(FaceStatus.ERASED)),
        drawn(person(FaceStatus.IDENTIFIED, Identity("p-7", 0.71, 0.5))),
        drawn(person(FaceStatus.IDENTIFIED, Identity("p-8", 0.71, 0.5))),
    ]
    assert len({look.tobytes() for look in looks}) == len(looks)


def test_the_original_is_left_alone() -> None:
    drawn(person(FaceStatus.UNKNOWN))
    assert (GREY == 128).all()


def test_the_contact_sheet_shows_all_pictures_in_reading_order(tmp_path: Path) -> None:
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    pictures = [tmp_path / f"{index}.png" for index in range(3)]
    for picture, colour in zip(pictures, colours, strict=True):
        cv2.imwrite(str(picture), np.full((100, 150, 3), colour, np.uint8))
    sheet = cv2.imread(str(contact_sheet(pictures, tmp_path / "sheet.png", columns=2)))
    assert sheet.shape == (8 + 2 * 328, 8 + 2 * 488, 3)
    centres = [(168, 248), (168, 736), (496, 248)]
    assert [tuple(sheet[centre].tolist()) for centre in centres] == colours


def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    with pytest.raises(OSError, match=r"bad\.jpg cannot be read"):
        contact_sheet([tmp_path / "bad.jpg"], tmp_path / "sheet.png")


def test_a_record_is_drawn_as_its_findings_were() -> None:
    frame = FrameSource("frames", "incoming/door/7.jpg", "v1", "etag", "door")
    circumstances = Circumstances(REAL, 0, {}, None, cold_start=False)
    named = person(FaceStatus.IDENTIFIED, Identity("p-7", 0.71, 0.5))
    hidden = Person(Pose(standing(120, 220, 250, missing=("nose",))), Face(FaceStatus.NOT_VISIBLE))
    found = Findings(FrameStatus.ANALYSED, CLEAR, (named, hidden))
    read = findings_of(build_record(frame, found, circumstances))
    assert read is not None
    assert np.array_equal(annotate(GREY, read), annotate(GREY, found))


def test_a_rejected_image_has_no_findings() -> None:
    assert findings_of(record(status="rejected", reason="truncated")) is None
