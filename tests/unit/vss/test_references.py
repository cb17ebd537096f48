"""A reference folder becomes a gallery; photographs that give no template are named."""

from pathlib import Path

import numpy as np
import pytest
from business_logic.stage_clock import StageClock
from deep_learning.errors import ConfigurationError, Reason, RejectedInput

from vss.references import read_references


class FakePipeline:
    """Reads as many faces from a photograph as the file says; rejects a broken one."""

    def embeddings(self, data: bytes, stages: StageClock) -> np.ndarray:
        if data == b"broken":
            raise RejectedInput(Reason.TRUNCATED, "JPEG ends early")
        return np.eye(256, dtype=np.float32)[: int(data)]


def lay_out(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_each_folder_is_a_person_with_a_template_for_each_photograph(tmp_path: Path) -> None:
    files = {"ann/1.jpg": b"1", "ann/2.jpg": b"1", "bob/1.jpg": b"1"}
    references = read_references(lay_out(tmp_path, files), FakePipeline())
    assert references.gallery.person_ids == ("ann", "bob")
    assert references.gallery.templates.shape == (3, 256)
    assert references.gallery.first.tolist() == [0, 2]
    assert references.refused == ()


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"0", "0 faces"), (b"2", "2 faces"), (b"broken", "truncated: JPEG ends early")],
)
def test_a_photograph_without_one_face_is_refused_with_its_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    folder = lay_out(tmp_path, {"ann/bad.jpg": content, "ann/good.jpg": b"1"})
    references = read_references(folder, FakePipeline())
    (refused,) = references.refused
    assert refused.path == tmp_path / "ann" / "bad.jpg"
    assert reason in refused.reason
    assert references.gallery.templates.shape == (1, 256)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"stray.jpg": b"1"}, "no folder of a person"),
        ({"ann/bad.jpg": b"0"}, "no usable reference photograph of ann: .*bad.jpg: 0 faces"),
    ],
)
def test_a_person_nobody_can_recognise_is_an_error(
    tmp_path: Path, files: dict[str, bytes], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read_references(lay_out(tmp_path, files), FakePipeline())


def test_a_person_without_photographs_is_named(tmp_path: Path) -> None:
    (tmp_path / "ann").mkdir()
    with pytest.raises(ConfigurationError, match="ann holds no photograph"):
        read_references(tmp_path, FakePipeline())
