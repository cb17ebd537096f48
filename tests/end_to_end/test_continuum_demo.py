"""The reference workflow on this machine: a rendered video through both halves, and the paper's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from business_logic.record import Json
from deep_learning.decode import decode_image
from high_level_algorithms.types import Image
from rich.console import Console
from supervisor.description import StoragePlace

from tests.shared_material import REPOSITORY
from vss.continuum.anonymise.video import Video
from vss.continuum.demo.__main__ import deployed, show
from vss.continuum.demo.passage import Passage, pass_through
from vss.continuum.demo.recordings import Recording
from vss.continuum.demo.scenes import HEIGHT, WIDTH, Moment, Scene, render_scenes
from vss.continuum.demo.video import SCENE_S, corner_at, write_video
from vss.continuum.demo.workflow_here import Networks, WorkflowHere, read_object
from vss.paths import DEFAULT_MODEL_SET, MANIFEST

MOMENTS = (Moment(), Moment(masked=2), Moment(unmasked=3))
SILENT = Console(quiet=True)
PAPER = REPOSITORY / "workflows" / "paper_mask_detection.yaml"


@dataclass(frozen=True)
class Demo:
    """A demo that has run, its local AWS still up.

    Attributes:
        scenes: in the order of the frames.
        seen: the frames as they were in the video.
    """

    folder: Path
    scenes: list[Scene]
    seen: list[Image]
    workflow: WorkflowHere
    passage: Passage

    @property
    def reports(self) -> list[Json]:
        """What the mask function says of the frames, in their order."""
        return [frame.report for frame in self.passage.frames if frame.report is not None]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("continuum")
    scenes = list(render_scenes(MOMENTS))
    video = write_video(folder / "entrance.mp4", scenes)
    seen = [frame.image for frame in Video(video, SCENE_S).frames() if frame.image is not None]
    networks = Networks(DEFAULT_MODEL_SET, MANIFEST)
    with deployed(folder, networks, SILENT) as workflow:
        recordings = [Recording(video, MOMENTS)]
        (passage,) = pass_through(workflow, recordings, folder / "edge", SILENT)
        yield Demo(folder, scenes, seen, workflow, passage)


def objects(demo: Demo, bucket: str) -> dict[str, bytes]:
    cloud = demo.workflow.cloud
    keys = [item["Key"] for item in cloud.list_objects_v2(Bucket=bucket).get("Contents", [])]
    return {key: read_object(cloud, bucket, key) for key in keys}


def detail(image: Image) -> float:
    """Return how much fine brightness there is, by which faces are told apart."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float32)
    return float((grey - cv2.GaussianBlur(grey, (0, 0), 3)).std())


def test_what_comes_back_is_who_was_rendered(demo: Demo) -> None:
    assert [frame.withheld for frame in demo.passage.frames] == [None] * len(MOMENTS)
    empty, masked, bare = demo.reports
    assert (empty["state"], empty["faces"]) == ("nobody_seen", [])
    # Of faces made unrecognisable the network tells most, not all (docs/performance.md).
    assert masked["masked"] > masked["unmasked"]
    assert bare["unmasked"] > bare["masked"]
    assert bare["state"] in ("warning", "danger")
    right = sum(
        report["state"] == moment.state
        for report, moment in zip(demo.reports, MOMENTS, strict=True)
    )
    assert right >= 2


def test_nothing_lies_in_the_cloud_but_what_was_anonymised(demo: Demo) -> None:
    cloud, place = demo.workflow.cloud, demo.workflow.intermediate
    found = objects(demo, place.bucket)
    images = [f"{place.folder}/entrance/img{n}.jpg" for n in (1, 2, 3)]
    assert {key for key in found if key.startswith(place.folder)} == set(images)
    for scene, seen, key in zip(demo.scenes, demo.seen, images, strict=True):
        tags = cloud.get_object_tagging(Bucket=place.bucket, Key=key)["TagSet"]
        assert tags == [{"Key": "anonymised", "Value": "true"}]
        stored = decode_image(found[key])
        for x0, y0, x1, y1 in (scene.faces - np.tile(corner_at(SCENE_S / 2), 2)).astype(int):
            assert detail(stored[y0:y1, x0:x1]) < 0.3 * detail(seen[y0:y1, x0:x1])
    names = [bucket["Name"] for bucket in cloud.list_buckets()["Buckets"]]
    assert "anonymise-and-split" not in names, "the edge's own bucket is in its own store"
    everything = [key for name in names for key in objects(demo, name)]
    assert not [key for key in everything if key.endswith(".mp4")]


def test_frames_and_report_stay_in_the_store_of_the_edge(demo: Demo) -> None:
    store = demo.workflow.store.client
    listing = store.list_objects_v2(Bucket="anonymise-and-split")["Contents"]
    assert {item["Key"] for item in listing} == {
        "input/entrance.mp4",
        "output/entrance/report.json",
        *(f"output/entrance/img{n}.jpg" for n in (1, 2, 3)),
    }


def test_the_strip_shows_all_frames(demo: Demo, tmp_path: Path) -> None:
    show([demo.passage], tmp_path, SILENT)
    strip = cv2.imread(str(tmp_path / "strip.png"))
    assert strip.shape[0] > 3 * 250
    assert {path.name for path in (tmp_path / "entrance" / "masks").iterdir()} == {
        f"img{n}.jpg" for n in (1, 2, 3)
    }
    drawn = cv2.imread(str(tmp_path / "entrance" / "masks" / "img3.jpg"))
    assert drawn.shape == (HEIGHT, WIDTH, 3)


def test_the_file_of_the_paper_runs_as_it_is(demo: Demo) -> None:
    video = demo.passage.recording.path
    command = [sys.executable, "-m", "vss", "workflow", "run", str(PAPER), "--until-idle"]
    done = subprocess.run(
        [*command, "--put", str(video)],
        env={**os.environ, "VSS_LOCAL_FOLDER": str(demo.folder / "local")},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "vss/mask_detection stands in for grycap/mask-detector-yolo:mini" in done.stdout
    assert "1 put into oscar-anon-and-split/input" in done.stdout
    assert "xxxxxx" not in done.stderr + done.stdout
    (bucket,) = (
        found["Name"]
        for found in demo.workflow.cloud.list_buckets()["Buckets"]
        if "wf-scar-mask-detector" in found["Name"]
    )
    place = StoragePlace("s3", "default", bucket, "result")
    paper = replace(demo.workflow, result=place)
    reports = paper.await_reports("entrance", (1, 2, 3), lambda: None)
    for number, report in enumerate(demo.reports, start=1):
        assert reports[number]["faces"] == report["faces"], "the same images, the same network"
    assert all(paper.drawn(report) for report in reports.values())
    assert not [key for key in objects(demo, bucket) if key.endswith(".mp4")]
