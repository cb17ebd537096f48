"""Exactly the frames wanted, pixel by pixel; none of a damaged stretch; nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from tests.videos import constant, number_of, numbered, turned, write_video
from vss.continuum.anonymise.errors import Reason, VideoError
from vss.continuum.anonymise.video import Video


def numbers(path: Path, interval: float = 5.0) -> list[int | Reason | None]:
    return [
        frame.problem if frame.image is None else number_of(frame.image)
        for frame in Video(path, interval).frames()
    ]


@pytest.mark.parametrize(
    ("name", "codec", "group", "between"),
    [
        ("a.mp4", "libx264", 25, 0),
        ("a.mp4", "libx264", 500, 0),
        ("a.mp4", "libx264", 500, 3),
        ("a.mkv", "libx264", 48, 2),
        ("a.ts", "libx264", 30, 2),
        ("a.mp4", "libx265", 40, 4),
        ("a.avi", "mpeg4", 12, 0),
        ("a.mov", "mjpeg", 1, 0),
    ],
)
def test_the_frames_in_the_middle_of_each_slice(
    tmp_path: Path, name: str, codec: str, group: int, between: int
) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"PyAV was built without {codec}")
    path = write_video(tmp_path / name, constant(22), codec=codec, group=group, between=between)
    assert numbers(path) == [62, 187, 312, 437]


def test_186_seconds_at_25_frames_a_second_give_37_frames(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", constant(186), group=250, between=2)
    video = Video(path, 5.0)
    assert len(video.samples) == 37
    assert [number_of(frame.image) for frame in video.frames()] == [
        (62 + 125 * number) % 4096 for number in range(37)
    ]


@pytest.mark.parametrize(
    ("rate", "expected"),
    [(29.97, [74, 224, 374]), (24, [59, 179, 299]), (12.5, [31, 93, 156]), (0.5, [1, 3, 6])],
)
def test_odd_rates(tmp_path: Path, rate: float, expected: list[int]) -> None:
    found = numbers(write_video(tmp_path / "a.mkv", constant(15, rate)))
    assert [abs(a - b) <= 1 for a, b in zip(found, expected, strict=True)] == [True] * 3


def test_variable_rates_are_followed_by_time_not_by_number(tmp_path: Path) -> None:
    times = [*constant(4, 25), *(4 + time for time in constant(9, 2))]
    assert numbers(write_video(tmp_path / "a.mkv", times)) == [62, 107, 117][:3]


def test_a_frame_is_the_very_one_that_decoding_all_would_give(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", constant(12), group=200, between=3)
    with av.open(str(path)) as container:
        all_frames = {frame.pts: frame for frame in container.decode(video=0)}
        first = min(all_frames)
        unit = float(container.streams.video[0].time_base)
        for sampled in Video(path, 5.0).frames():
            frame = all_frames[first + round(sampled.sample.time_s / unit)]
            assert (frame.to_ndarray(format="bgr24") == sampled.image).all()


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_picture_that_players_turn_is_turned(tmp_path: Path, degrees: int) -> None:
    path = write_video(tmp_path / "a.mp4", constant(5))
    path.write_bytes(turned(path.read_bytes(), degrees))
    (frame,) = Video(path, 5.0).frames()
    assert frame.image is not None
    upright = np.rot90(frame.image, degrees // 90)  # counter-clockwise, back
    assert number_of(upright) == 62


def flipped(content: bytes, seed: int, count: int) -> bytes:
    """Return the content with random bytes of the coded pictures changed."""
    damaged = bytearray(content)
    start = content.index(b"mdat") + 64
    end = content.index(b"moov") if content.rindex(b"moov") > start else len(content)
    for at in np.random.default_rng(seed).integers(start, end - 64, count):
        damaged[at] ^= 0xFF
    return bytes(damaged)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("count", [1, 12, 300])
def test_no_frame_of_a_damaged_stretch_is_trusted(tmp_path: Path, seed: int, count: int) -> None:
    whole = write_video(tmp_path / "a.mp4", constant(32), group=50, between=1)
    path = tmp_path / "damaged.mp4"
    path.write_bytes(flipped(whole.read_bytes(), seed, count))
    truth = {frame.sample.number: frame.image for frame in Video(whole, 5.0).frames()}
    try:
        frames = list(Video(path, 5.0).frames())
    except VideoError:
        return
    assert len(frames) <= 6
    for frame in frames:
        if frame.image is None:
            assert frame.problem in (Reason.DECODER_ERROR, Reason.NOT_DECODED)
        elif frame.image.shape == (96, 160, 3):
            # Whatever comes through is a picture of the video, not what an error left of one.
            off = np.abs(frame.image.astype(int) - truth[frame.sample.number]).max(2)
            assert (off > 60).mean() < 0.3


def test_a_video_cut_off_gives_the_frames_before_the_cut(tmp_path: Path) -> None:
    content = write_video(tmp_path / "a.ts", constant(32), group=50).read_bytes()
    (tmp_path / "cut.ts").write_bytes(content[: len(content) // 2])
    found = numbers(tmp_path / "cut.ts")
    assert found[:2] == [62, 187]
    assert len(found) in (3, 4)


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("empty.mp4", b"", "cannot be read as a video"),
        ("text.mp4", b"not a video at all" * 100, "cannot be read as a video"),
        ("jpeg.mp4", b"\xff\xd8\xff\xe0" + bytes(2000), "cannot be read as a video"),
        (
            "list.mp4",
            b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n",
            "cannot be read as a video",
        ),
        ("concat.mp4", b"ffconcat version 1.0\nfile '/etc/passwd'\n", "cannot be read as a video"),
    ],
)
def test_what_is_no_video_is_refused(tmp_path: Path, name: str, content: bytes, error: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(VideoError, match=error) as raised:
        Video(tmp_path / name, 5.0)
    assert name not in str(raised.value)


def test_a_file_without_a_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.float32), "fltp", "mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(VideoError, match="no video stream"):
        Video(path, 5.0)


@pytest.mark.parametrize(("height", "width"), [(16, 160), (160, 16)])
def test_frames_of_odd_sizes_are_refused(tmp_path: Path, height: int, width: int) -> None:
    picture = np.zeros((height, width, 3), np.uint8)
    path = write_video(tmp_path / "a.mp4", constant(1), lambda number: picture)
    with pytest.raises(VideoError, match=f"{width} x {height} px; allowed are sides of 32 to 8192"):
        Video(path, 5.0)


@pytest.mark.parametrize(("height", "width"), [(64, 8224), (4128, 4112)])
def test_frames_that_grow_beyond_what_the_header_said_are_not_taken(
    tmp_path: Path, height: int, width: int
) -> None:
    small = write_video(tmp_path / "small.ts", constant(12), group=25)
    picture = np.zeros((height, width, 3), np.uint8)
    times = [12.0 + number for number in range(8)]
    large = write_video(tmp_path / "large.ts", times, lambda number: picture, group=1)
    both = tmp_path / "both.ts"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    first, second, *others = numbers(both)
    assert [first, second] == [62, 187]
    assert len(others) == 2
    assert set(others) <= {Reason.BAD_DIMENSIONS, Reason.DECODER_ERROR, Reason.NOT_DECODED}


def test_a_frame_of_another_allowed_size_is_taken_as_it_is(tmp_path: Path) -> None:
    small = write_video(tmp_path / "small.ts", constant(5), group=25)
    picture = np.full((240, 320, 3), 99, np.uint8)
    times = [5.0 + 0.2 * number for number in range(25)]
    large = write_video(tmp_path / "large.ts", times, lambda number: picture, group=5)
    both = tmp_path / "both.ts"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    images = [frame.image for frame in Video(both, 5.0).frames()]
    assert [None if image is None else image.shape for image in images] == [
        (96, 160, 3),
        (240, 320, 3),
    ]


@pytest.mark.parametrize("pixels", ["yuv444p", "yuv420p10le"])
def test_other_kinds_of_pixels_are_read(tmp_path: Path, pixels: str) -> None:
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 96, pixels
        for number in range(125):
            frame = av.VideoFrame.from_ndarray(numbered(number), format="bgr24")
            container.mux(stream.encode(frame.reformat(format=pixels)))
        container.mux(stream.encode())
    assert numbers(path) == [62]


def test_a_codec_that_nobody_needs_is_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.avi", constant(1), codec="ffv1")
    with pytest.raises(VideoError, match="codec is ffv1; allowed are h264"):
        Video(path, 5.0)


def test_the_missing_file_is_an_error_of_the_video(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="cannot be read as a video"):
        Video(tmp_path / "nowhere.mp4", 5.0)


def test_numbers_survive_the_codec() -> None:
    assert [number_of(numbered(number)) for number in (0, 62, 187, 4095)] == [0, 62, 187, 4095]
