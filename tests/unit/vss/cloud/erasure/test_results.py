"""A record after its person was removed is still a record, and can be drawn."""

import json

import jsonschema
import numpy as np
from business_logic.record import SCHEMA_PATH, Circumstances, FrameSource, build_record
from deep_learning.catalogue import Catalogue
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

from vss.cloud.erasure.results import without_person
from vss.paths import MANIFEST
from vss.view.annotation import annotate
from vss.view.record_findings import findings_of
from vss.view.record_table import record_table


def identified(person_id: str) -> Person:
    landmarks = Landmarks(np.array([[40, 40], [60, 40], [50, 50], [42, 60], [58, 60]], float))
    keypoints = np.zeros((18, 3))
    keypoints[:4] = 50, 50, 0.8
    identity = Identity(person_id, 0.8, 0.3)
    face = Face(FaceStatus.IDENTIFIED, Square(50, 50, 40), landmarks, identity)
    return Person(Pose(keypoints), face)


def test_an_erased_face_is_one_of_a_record() -> None:
    found = Findings(
        FrameStatus.ANALYSED, CoverVerdict(False, 0.1), (identified("ann"), identified("ben"))
    )
    source = FrameSource("frames", "incoming/door/1.jpg", "v", "e", "door")
    circumstances = Circumstances(Catalogue.read(MANIFEST, "demo"), 1, {}, None, False)
    record = json.loads(json.dumps(build_record(source, found, circumstances)))
    erased = without_person(record, "ann")
    jsonschema.Draft202012Validator(json.loads(SCHEMA_PATH.read_text())).validate(erased)
    assert "ann" not in json.dumps(erased)
    assert erased["persons"][1] == record["persons"][1]
    assert without_person(erased, "ann") == erased
    findings = findings_of(erased)
    assert findings is not None
    assert findings.persons[0].face.status is FaceStatus.ERASED
    assert annotate(np.full((100, 100, 3), 128, np.uint8), findings).shape[1] == 100
    console = Console(width=200, record=True, quiet=False)
    with console.capture() as printed:
        console.print(record_table([erased]))
    assert "ben 0.80, 1 erased" in printed.get()
