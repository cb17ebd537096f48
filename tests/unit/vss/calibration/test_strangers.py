"""A folder of photographs becomes strangers; files that give none are named with the reason."""

import io
from pathlib import Path

import numpy as np
import pytest
from business_logic.stage_clock import StageClock
from deep_learning.decode import DEFAULT_LIMITS
from deep_learning.errors import ConfigurationError, Reason, RejectedInput
from rich.console import Console

from vss.calibration.strangers import Strangers, read_strangers


class FakePipeline:
    """Finds as many faces as the file's first character says; rejects what begins otherwise."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def embeddings(self, data: bytes, stages: StageClock) -> np.ndarray:
        self.sizes.append(len(data))
        if not data[:1].isdigit():
            raise RejectedInput(Reason.UNSUPPORTED_FORMAT, "neither JPEG nor PNG")
        # As the pipeline does: without a face there is no second axis.
        return np.array(list(np.eye(256, dtype=np.float32)[: int(data[:1])]), np.float32)


def read(folder: Path, pipeline: FakePipeline | None = None) -> Strangers:
    return read_strangers(folder, pipeline or FakePipeline(), Console(file=io.StringIO()))


def lay_out(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_all_faces_of_all_photographs_are_strangers(tmp_path: Path) -> None:
    files = {"1.jpg": b"1", "deep/er/2.png": b"3", "deep/3.jpg": b"2"}
    strangers = read(lay_out(tmp_path, files))
    assert strangers.embeddings.shape == (6, 256)
    assert strangers.embeddings.dtype == np.float32
    assert strangers.photographs == 3
    assert strangers.refused == ()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("z.jpg", b"0", "no face that can be compared"),
        ("z.txt", b"notes", "unsupported_format: neither JPEG nor PNG"),
        ("z.jpg", b"1 same", "the same photograph as {folder}/a.jpg"),
    ],
)
def test_a_file_without_a_stranger_is_refused_with_its_reason(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    strangers = read(lay_out(tmp_path, {"a.jpg": b"1 same", "b.jpg": b"2", name: content}))
    (refused,) = strangers.refused
    assert refused.path == tmp_path / name
    assert refused.reason == reason.format(folder=tmp_path)
    assert strangers.embeddings.shape == (3, 256)
    assert strangers.photographs == 2


def test_no_more_of_a_file_is_read_than_shows_that_it_is_too_large(tmp_path: Path) -> None:
    pipeline = FakePipeline()
    with (tmp_path / "large.jpg").open("wb") as file:
        file.write(b"1")
        file.truncate(DEFAULT_LIMITS.max_bytes + 4096)
    read(tmp_path, pipeline)
    assert pipeline.sizes == [DEFAULT_LIMITS.max_bytes + 1]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no photograph of a stranger"),
        ({"a.jpg": b"0"}, "a.jpg: no face that can be compared$"),
        ({f"{n}.jpg": f"no {n}".encode() for n in range(5)}, "2.jpg: .*; and 2 more$"),
    ],
)
def test_a_folder_without_strangers_is_an_error(
    tmp_path: Path, files: dict[str, bytes], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read(lay_out(tmp_path, files))
