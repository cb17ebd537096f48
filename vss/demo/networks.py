"""The networks of the demo: fetched, or, where they cannot be, the one of this repository alone."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from deep_learning.catalogue import Catalogue, Role
from deep_learning.runtime import Runtime
from high_level_algorithms.camera_cover import CameraCover
from high_level_algorithms.types import Findings, FrameStatus

from vss.demo.shots import SHARED, Shot
from vss.models.addresses import parse_mirror
from vss.models.progress import reporting
from vss.models.pull import pull
from vss.paths import MANIFEST
from vss.view.annotation import annotate


def fetch_networks() -> bool:
    """Pull the networks that are missing; tell whether all are there."""
    mirror = os.environ.get("VSS_MODEL_MIRROR")
    if mirror is None and (SHARED / "models").is_dir():
        mirror = str(SHARED / "models")
    with reporting() as reporter:
        source = None if mirror is None else parse_mirror(mirror)
        outcomes = pull(Catalogue.read(MANIFEST), source, reporter)
    return all(outcome.is_good for outcome in outcomes)


def judge_covers(shots: Sequence[Shot], drawn: Path) -> list[Path]:
    """Judge and draw the rendered frames with the camera-cover network alone."""
    network = Runtime(threads=1).load(Catalogue.read(MANIFEST), Role.CAMERA_COVER)
    camera_cover = CameraCover(network, network.entry.threshold("covered"))
    drawn.mkdir(parents=True)
    pictures = []
    for shot in shots:
        image = np.asarray(cv2.imread(str(shot.path)), np.uint8)
        verdict = camera_cover.judge(image)
        status = FrameStatus.COVERED if verdict.covered else FrameStatus.ANALYSED
        pictures.append(drawn / shot.path.name)
        cv2.imwrite(str(pictures[-1]), annotate(image, Findings(status, verdict, ())))
    return pictures
