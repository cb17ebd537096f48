"""No path lets a frame out that was not anonymised; each frame is an image or has its reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from deep_learning.decode import decode_image
from deep_learning.errors import ConfigurationError
from high_level_algorithms.types import Image

from tests.videos import constant, number_of, write_video
from vss.continuum.anonymise.anonymiser import Anonymiser, encode_jpeg
from vss.continuum.anonymise.errors import Reason, VideoError
from vss.continuum.anonymise.heads import Head
from vss.continuum.anonymise.report import Method
from vss.continuum.anonymise.search import Found
from vss.continuum.anonymise.split import anonymise_and_split

METHOD = Method(5.0, 4.0, "demo", None)
HEAD = Head(80, 48, 60)


class Search:
    """Answers by the number of the frame."""

    def __init__(self, answer: Callable[[int], Found]) -> None:
        self._answer = answer
        self.seen: list[int] = []

    def search(self, image: Image) -> Found:
        self.seen.append(number_of(image))
        return self._answer(self.seen[-1])


def one_head(number: int) -> Found:
    return Found((HEAD,), None)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "camera 7.mp4", constant(22), group=50)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_images_and_report_lie_in_a_folder_named_after_the_video(
    video: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    report = anonymise_and_split(video, out, Anonymiser(Search(one_head)), METHOD)
    names = [f"camera 7/img{number}.jpg" for number in (1, 2, 3, 4)]
    assert files(out) == [*names, "camera 7/report.json"]
    assert json.loads((out / "camera 7/report.json").read_text()) == report
    assert report["images"] == 4
    assert report["withheld"] == {}
    assert [frame["time_s"] for frame in report["frames"]] == [2.48, 7.48, 12.48, 17.48]
    for name in names:
        image = decode_image((out / name).read_bytes())
        # The bands of the number meet at 48 and 96: within the head no edge is left.
        steps = np.abs(np.diff(image[30:66, 50:110].astype(int), axis=1))
        assert steps.max() < 16


def failing(number: int) -> Found:
    if number == 187:
        raise RuntimeError("the network is gone")
    return one_head(number)


def doubting(number: int) -> Found:
    return Found((), Reason.BODY_WITHOUT_HEAD) if number == 312 else one_head(number)


@pytest.mark.parametrize(
    ("answer", "missing", "reason"),
    [
        (failing, 2, "detector_failed"),
        (doubting, 3, "body_without_head"),
        (lambda number: Found((HEAD,), Reason.UNCERTAIN_HEAD), None, "uncertain_head"),
    ],
)
def test_a_frame_that_nobody_vouches_for_is_withheld_and_reported(
    video: Path,
    tmp_path: Path,
    answer: Callable[[int], Found],
    missing: int | None,
    reason: str,
) -> None:
    out = tmp_path / "out"
    report = anonymise_and_split(video, out, Anonymiser(Search(answer)), METHOD)
    withheld = [1, 2, 3, 4] if missing is None else [missing]
    left = [f"camera 7/img{n}.jpg" for n in (1, 2, 3, 4) if n not in withheld]
    assert files(out) == [*left, "camera 7/report.json"]
    assert report["withheld"] == {reason: len(withheld)}
    assert [frame["number"] for frame in report["frames"] if frame["withheld"]] == withheld
    assert [frame["image"] for frame in report["frames"] if not frame["withheld"]] == [
        name.partition("/")[2] for name in left
    ]


def test_an_encoder_or_obscurer_that_fails_lets_nothing_out(video: Path, tmp_path: Path) -> None:
    def broken(image: Image) -> bytes:
        raise ValueError("no JPEG today")

    report = anonymise_and_split(
        video, tmp_path / "out", Anonymiser(Search(one_head), encode=broken), METHOD
    )
    assert report["withheld"] == {"obscuring_failed": 4}
    assert files(tmp_path / "out") == ["camera 7/report.json"]
    with pytest.raises(ConfigurationError, match=r"cells is 0; allowed are 1 to 64"):
        Anonymiser(Search(one_head), cells=0)


def test_only_what_was_obscured_is_ever_encoded(video: Path, tmp_path: Path) -> None:
    encoded: list[Image] = []

    def watching(image: Image) -> bytes:
        encoded.append(image)
        return encode_jpeg(image)

    anonymise_and_split(
        video, tmp_path / "out", Anonymiser(Search(doubting), encode=watching), METHOD
    )
    assert len(encoded) == 3
    for image in encoded:
        assert np.abs(np.diff(image[30:66, 50:110].astype(int), axis=1)).max() < 16


def test_damage_in_the_middle_withholds_the_frames_it_spoils(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.ts", constant(42), group=25).read_bytes()
    middle = len(whole) // 2
    damaged = tmp_path / "damaged.ts"
    damaged.write_bytes(whole[: middle - 15_000] + bytes(30_000) + whole[middle + 15_000 :])
    search = Search(one_head)
    report = anonymise_and_split(damaged, tmp_path / "out", Anonymiser(search), METHOD)
    assert report["images"] < 8
    assert report["images"] == len(list((tmp_path / "out").rglob("*.jpg"))) == len(search.seen)
    # Frames keep their numbers, or are missing with their slice of time.
    assert all(abs(frame["time_s"] % 5 - 2.5) < 2.5 for frame in report["frames"])


@pytest.mark.parametrize("content", [b"", b"nonsense" * 500])
def test_nothing_is_written_for_what_is_no_video(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(VideoError):
        anonymise_and_split(path, tmp_path / "out", Anonymiser(Search(one_head)), METHOD)
    assert not (tmp_path / "out").exists()


def test_a_name_that_leaves_the_folder_is_refused(video: Path, tmp_path: Path) -> None:
    evil = video.rename(tmp_path / "...mp4")
    with pytest.raises(VideoError, match="cannot name a folder"):
        anonymise_and_split(evil, tmp_path / "out", Anonymiser(Search(one_head)), METHOD)


def test_a_run_that_is_repeated_gives_the_same_files(video: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = anonymise_and_split(video, out, Anonymiser(Search(one_head)), METHOD)
    before = {name: (out / name).read_bytes() for name in files(out)}
    (out / "camera 7/img2.jpg").unlink()
    assert anonymise_and_split(video, out, Anonymiser(Search(one_head)), METHOD) == first
    assert {name: (out / name).read_bytes() for name in files(out)} == before


def test_an_image_of_an_earlier_run_does_not_stand_in_for_a_frame_that_is_withheld(
    video: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    anonymise_and_split(video, out, Anonymiser(Search(one_head)), METHOD)
    anonymise_and_split(video, out, Anonymiser(Search(doubting)), METHOD)
    assert "camera 7/img3.jpg" not in files(out)
    assert "camera 7/img2.jpg" in files(out)


def test_a_full_disk_leaves_no_half_written_image(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        anonymise_and_split(video, tmp_path / "out", Anonymiser(Search(one_head)), METHOD)
    assert files(tmp_path / "out") == []
