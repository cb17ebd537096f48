"""Functions of this project in the place of images that the local AWS cannot run."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacks.workflow_design import ImageRuntime, ProjectRuntime
from tests.workflow_files import PAPER, write_workflow
from vss.continuum.cloud.deployment import WorkflowStack
from vss.continuum.cloud.design import read_design
from vss.continuum.cloud.stand_ins import stand_ins, without_containers
from vss.continuum.fdl.loading import load

IMAGE = "grycap/mask-detector-yolo:mini"
OTHER = "grycap/plants"


def paper_with(folder: Path, image: str) -> Path:
    return write_workflow(folder, PAPER.read_text().replace(IMAGE, f"'{image}'"))


@pytest.mark.parametrize("image", [IMAGE, IMAGE.partition(":")[0], f"{IMAGE}@sha256:{'0' * 64}"])
def test_the_image_of_the_paper_has_a_stand_in_without_containers(
    tmp_path: Path, image: str
) -> None:
    path = paper_with(tmp_path, image)
    (function,) = read_design(path, containers=False).functions
    assert (function.runtime, function.script) == (ProjectRuntime("mask_detection"), None)
    assert (function.name, function.memory_mb) == ("scar-mask-detector", 1024)
    (line,) = stand_ins(load(path))
    assert line == (
        "scar-mask-detector: the local AWS has no containers; vss/mask_detection stands in for "
        f"{image}"
    )


def test_with_containers_it_runs_itself(tmp_path: Path) -> None:
    (function,) = read_design(paper_with(tmp_path, IMAGE), containers=True).functions
    assert isinstance(function.runtime, ImageRuntime)


def test_the_absent_script_of_an_image_that_is_not_run_does_no_harm() -> None:
    assert not (PAPER.parent / "mask-detector.sh").exists()
    assert read_design(PAPER, containers=False).functions[0].script is None


def test_other_images_and_functions_stay_as_they_are(tmp_path: Path) -> None:
    loaded = load(paper_with(tmp_path, OTHER))
    assert without_containers(loaded) == loaded
    assert list(stand_ins(loaded)) == []


def test_the_app_is_told_where_there_are_no_containers(tmp_path: Path) -> None:
    path = paper_with(tmp_path, IMAGE)
    here, in_aws = (WorkflowStack.read(path, "dev", containers=there) for there in (False, True))
    assert here.context == [*in_aws.context, "-c", "containers=none"]
    assert in_aws.context == ["-c", f"workflow={path}"]
