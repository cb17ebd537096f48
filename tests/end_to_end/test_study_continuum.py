"""Paper B's evaluation in small: both scenarios really run, the mask function is measured."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest
from rich.console import Console

from tests.videos import write_video
from vss.continuum.demo.scenes import Moment, render_scenes
from vss.local.data_plane.sandbox import detect
from vss.paths import MANIFEST
from vss.study.continuum.measure import measure_missing
from vss.study.continuum.measurements import Measurements
from vss.study.continuum.plan import MEMORIES_MB, Scenario, cells
from vss.study.continuum.report import write_report
from vss.study.continuum.subject import WorkflowSubject

QUIET = Console(quiet=True)
TIMES_S = [0.5 * number for number in range(20)]


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> WorkflowSubject:
    enforcement = detect(wanted=True)
    if not (enforcement.isolated and enforcement.limited):
        pytest.skip(f"functions cannot be sandboxed here: {enforcement.missing}")
    (scene,) = render_scenes([Moment(masked=1, unmasked=1)])
    frame = cv2.resize(scene.picture, (1280, 720), interpolation=cv2.INTER_AREA)
    video = tmp_path_factory.mktemp("study") / "entrance.mp4"
    return WorkflowSubject(MANIFEST, "demo", write_video(video, TIMES_S, lambda _number: frame))


def test_both_scenarios_and_the_function_are_measured_once(
    subject: WorkflowSubject, tmp_path: Path
) -> None:
    path, runs = tmp_path / "measurements.json", cells(2, ())
    measurements = Measurements(path, subject.describe())
    measure_missing(subject, runs, measurements, QUIET, invocations=5)
    for scenario in Scenario:
        for run in measurements.runs(scenario):
            assert run.frames == run.images == 2
            assert 0 < run.anonymise_s < run.total_s
            assert 0 < run.masks_s < run.total_s
            assert len(run.scripts_s) == 1
            # In the cloud no job of the edge detects masks.
            assert len(run.jobs_s) == (2 if scenario is Scenario.LOCAL else 0)
    assert [one.power for one in measurements.tuning] == list(MEMORIES_MB)
    for one in measurements.tuning:
        assert one.failure is None
        assert [i.init_ms is None for i in one.invocations] == [False] + [True] * 4
    assert all(one.init_ms for one in measurements.cold)

    kept = path.read_bytes()
    again = Measurements(path, subject.describe())
    measure_missing(subject, runs, again, QUIET, invocations=5)
    assert path.read_bytes() == kept
    assert (tmp_path / "report.md") in write_report(again, (), tmp_path)
