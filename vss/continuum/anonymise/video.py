"""Videos: reads the time stamps of all packets, then decodes no more of them than it must.

Nothing is sought: seeking is where libraries and files err. The packets are read twice, which costs
little, and only those between a key frame and the frame wanted go through the decoder; of these it
may leave out the ones that no other frame builds upon.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from high_level_algorithms.types import Image

from vss.continuum.anonymise.errors import Reason, VideoError
from vss.continuum.anonymise.sampling import PacketIndex, Run, Sample, Ticks, choose, runs_of

if TYPE_CHECKING:
    Packets = Iterator[tuple[int, Packet[VideoStream]]]

# A playlist that calls itself a video must reach neither the network nor other files.
_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg",
}
CODECS = ("h264", "hevc", "mjpeg", "mpeg4", "mpeg2video", "vp8", "vp9", "av1")
MOST_PACKETS = 4_000_000
_SIDES, _MOST_PIXELS = range(32, 8193), 16_777_216


@dataclass(frozen=True, slots=True, eq=False)
class SampledFrame:
    """A frame that was to be taken.

    Attributes:
        sample: which.
        image: BGR uint8 [height, width, 3], upright; None where there is none to be trusted.
        problem: why there is none.
    """

    sample: Sample
    image: Image | None
    problem: Reason | None


class Video:
    """A video file, opened for sampling.

    Args:
        path: of the file.
        interval_s: one frame is taken of each so many seconds.
        threads: of the decoder.

    Attributes:
        samples: the frames to be taken, in the order of time.
        damage: what was wrong with the container; None where nothing was.

    Raises:
        VideoError: it is no video, of a kind that is not read, or without any frame.
        ConfigurationError: the interval is out of range.
    """

    def __init__(self, path: Path, interval_s: float, threads: int = 1) -> None:
        self._path = path
        self._threads = threads
        self.damage: str | None = None
        with self._opened() as (container, stream):
            index = self._index(container, stream)
        self.samples = choose(index, interval_s)
        self._pts = index.pts

    def frames(self) -> Iterator[SampledFrame]:
        """Yield all samples, each with its image or with a problem."""
        with self._opened() as (container, stream):
            packets = self._packets(container, stream)
            for run in runs_of(self.samples):
                yield from self._sampled(run, packets, stream.codec_context)

    def _sampled(
        self, run: Run, packets: Packets, context: VideoCodecContext
    ) -> Iterator[SampledFrame]:
        """Yield the samples of a run; after an error of the decoder none is trusted."""
        due = {int(self._pts[sample.packet]): sample for sample in run.samples}
        problem = Reason.NOT_DECODED
        try:
            for frame in _decoded(run, packets, context):
                if frame.is_corrupt:
                    problem = Reason.DECODER_ERROR
                    break
                time = frame.pts if frame.pts is not None else frame.dts
                if time in due:
                    yield _taken(due.pop(time), frame)
        except FFmpegError:
            problem = Reason.DECODER_ERROR
        for sample in due.values():
            yield SampledFrame(sample, None, problem)

    def _index(self, container: InputContainer, stream: VideoStream) -> PacketIndex:
        times: list[int] = []
        keys: list[bool] = []
        durations: list[int] = []
        for _, packet in self._packets(container, stream):
            times.append(_time(packet))
            keys.append(packet.is_keyframe)
            durations.append(packet.duration or 0)
            if len(times) > MOST_PACKETS:
                raise VideoError(f"the video has more than {MOST_PACKETS} frames; cut it")
        if not times:
            raise VideoError(f"the video has no frames: {self.damage or 'it is empty'}")
        pts, unit = np.array(times, np.int64), float(stream.time_base or 1)
        last = durations[int(pts.argmax())] or _usual_step(pts)
        return PacketIndex(pts, np.array(keys), unit, last * unit)

    def _packets(self, container: InputContainer, stream: VideoStream) -> Packets:
        """Yield number and packet of all that can be read; what ends them early is the damage."""
        try:
            packets = (packet for packet in container.demux(stream) if packet.size)
            yield from enumerate(packets)
        except FFmpegError as error:
            self.damage = f"{type(error).__name__}: {error.strerror}"

    @contextmanager
    def _opened(self) -> Iterator[tuple[InputContainer, VideoStream]]:
        """Open the file; what it is was told by its content, never by its name."""
        try:
            container = av.open(str(self._path), options=_OPTIONS)
        except (FFmpegError, OSError, ValueError) as error:
            # The name of a file may name somebody.
            kind = getattr(error, "strerror", None) or type(error).__name__
            raise VideoError(f"the file cannot be read as a video: {kind}") from error
        with container:
            if not container.streams.video:
                raise VideoError("the file has no video stream")
            stream = container.streams.video[0]
            _check(stream)
            stream.codec_context.thread_count = self._threads
            # The header may promise less than the pictures then ask for.
            stream.codec_context.options = {"max_pixels": str(_MOST_PIXELS)}
            yield container, stream


def _decoded(run: Run, packets: Packets, context: VideoCodecContext) -> Iterator[VideoFrame]:
    """Yield the frames of a run that the decoder was not allowed to leave out."""
    wanted = {sample.packet for sample in run.samples}
    for number, packet in packets:
        if number < run.start:
            continue
        if number == run.start:
            context.flush_buffers()
        context.skip_frame = "DEFAULT" if number in wanted else "NONREF"
        yield from context.decode(packet)
        if number >= run.end:
            break
    yield from context.decode(None)


def _taken(sample: Sample, frame: VideoFrame) -> SampledFrame:
    sides = frame.width, frame.height
    if not _are_allowed(*sides):
        return SampledFrame(sample, None, Reason.BAD_DIMENSIONS)
    pixels = frame.to_ndarray(format="bgr24")
    # Faces lie on their side in a picture that a player would turn.
    turns = round(frame.rotation / 90) % 4
    return SampledFrame(sample, np.ascontiguousarray(np.rot90(pixels, turns)), None)


def _check(stream: VideoStream) -> None:
    """Refuse what is not to be decoded at all.

    Raises:
        VideoError: codec or dimensions are not allowed.
    """
    context = stream.codec_context
    if context.name not in CODECS:
        raise VideoError(f"the codec is {context.name}; allowed are {', '.join(CODECS)}")
    if not _are_allowed(context.width, context.height):
        raise VideoError(
            f"the frames have {context.width} x {context.height} px; allowed are sides of "
            f"{_SIDES.start} to {_SIDES.stop - 1} px and {_MOST_PIXELS} px in all"
        )


def _are_allowed(width: int, height: int) -> bool:
    return width in _SIDES and height in _SIDES and width * height <= _MOST_PIXELS


def _time(packet: Packet[VideoStream]) -> int:
    time = packet.pts if packet.pts is not None else packet.dts
    if time is None:
        raise VideoError("the video has frames without time stamps")
    return time


def _usual_step(pts: Ticks) -> int:
    """Return the usual distance of two time stamps, 0 of a single one."""
    return int(np.median(np.diff(np.sort(pts)))) if len(pts) > 1 else 0
