"""The picture of a workflow."""

from pathlib import Path
from xml.etree import ElementTree as ET

import cv2
import pytest
from deep_learning.errors import ConfigurationError

from tests.fdl_documents import FILES, WORKFLOWS, loaded, services
from vss.continuum.fdl.loading import load
from vss.continuum.plan.drawing import draw_workflow

PAPER = load(WORKFLOWS / "paper_mask_detection.yaml")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_example_can_be_drawn(path: Path, tmp_path: Path) -> None:
    image = cv2.imread(str(draw_workflow(load(path), tmp_path / "plan.png")))
    assert image is not None
    assert (image < 128).mean() > 0.001, "there is something on it"


def test_nothing_touches_the_border(tmp_path: Path) -> None:
    image = cv2.imread(str(draw_workflow(PAPER, tmp_path / "plan.png")))
    assert image is not None
    edges = [image[:10], image[-10:], image[:, :10], image[:, -10:]]
    assert all((edge == 255).all() for edge in edges)


def test_a_vector_picture_is_one(tmp_path: Path) -> None:
    root = ET.fromstring(draw_workflow(PAPER, tmp_path / "plan.SVG").read_bytes())  # noqa: S314
    assert root.tag.endswith("svg")


def test_a_dollar_in_a_path_is_a_dollar(tmp_path: Path) -> None:
    odd = loaded(services(("local", "a", ["minio abc/$x^"], ["minio abc/$y_$"])))
    assert draw_workflow(odd, tmp_path / "plan.png").exists()


def test_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"allowed: \.png, \.svg"):
        draw_workflow(PAPER, tmp_path / "plan")
