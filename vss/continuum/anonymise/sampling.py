"""Which frames of a video are taken, by their presentation time stamps alone.

Of each slice of time the frame nearest to its middle, as ffmpeg's ``fps`` filter does with a
constant rate. A slice without frames (a camera that pauses) gives none, so that no frame is taken
twice and no time stamp, however wrong, asks for more frames than there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from deep_learning.errors import ConfigurationError
from numpy.typing import NDArray

Ticks = NDArray[np.int64]

SHORTEST_INTERVAL_S, LONGEST_INTERVAL_S = 0.04, 3600.0


@dataclass(frozen=True, slots=True, eq=False)
class PacketIndex:
    """The packets of a video stream in the order in which they are stored.

    Attributes:
        pts: presentation time stamps, int64 [n].
        keys: which of them can be decoded without others, bool [n].
        seconds_per_tick: unit of the time stamps.
        last_duration_s: of the frame that is shown last.
    """

    pts: Ticks
    keys: NDArray[np.bool_]
    seconds_per_tick: float
    last_duration_s: float

    def times(self) -> NDArray[np.float64]:
        """Return the seconds since the first frame shown, of each packet."""
        ticks = self.pts.astype(np.float64) - float(self.pts.min())
        return np.asarray(ticks * self.seconds_per_tick, np.float64)


@dataclass(frozen=True, slots=True)
class Sample:
    """A frame to be taken.

    Attributes:
        number: 1, 2, 3 … in the order of time; images are numbered so.
        time_s: when it is shown, seconds since the first frame.
        packet: its place in the stream.
        start: packet to begin decoding at.
    """

    number: int
    time_s: float
    packet: int
    start: int


def choose(index: PacketIndex, interval_s: float) -> tuple[Sample, ...]:
    """Return the frames to be taken, in the order of time.

    A slice at the end counts if its middle is still in the video; the first one always does.

    Raises:
        ConfigurationError: the interval is out of range.
    """
    if not SHORTEST_INTERVAL_S <= interval_s <= LONGEST_INTERVAL_S:
        raise ConfigurationError(
            f"the interval is {interval_s:g} s; allowed are {SHORTEST_INTERVAL_S:g} to "
            f"{LONGEST_INTERVAL_S:g} s"
        )
    times = index.times()
    end = float(times.max()) + index.last_duration_s
    # The rounding of a time stamp must not put a frame into the slice before its own.
    slices = np.floor(times / interval_s + 1e-9).astype(np.int64)
    off_middle = np.abs(times - (slices + 0.5) * interval_s)
    order = np.lexsort((times, off_middle, slices))
    chosen, first = np.unique(slices[order], return_index=True)
    packets = order[first]
    counted = (chosen == 0) | ((chosen + 0.5) * interval_s < end)
    return tuple(
        Sample(number, float(times[packet]), int(packet), _start(index, int(packet)))
        for number, packet in enumerate(packets[counted], start=1)
    )


@dataclass(frozen=True, slots=True)
class Run:
    """Packets to be decoded in one go.

    Attributes:
        start: first packet.
        end: last packet.
        samples: what is wanted of them, in the order of time.
    """

    start: int
    end: int
    samples: tuple[Sample, ...]


def runs_of(samples: Sequence[Sample]) -> list[Run]:
    """Join the samples whose packets overlap, so that none is decoded twice."""
    runs: list[Run] = []
    for sample in sorted(samples, key=lambda one: one.start):
        last = runs[-1] if runs else None
        if last is not None and sample.start <= last.end:
            together = sorted((*last.samples, sample), key=lambda one: one.number)
            runs[-1] = Run(last.start, max(last.end, sample.packet), tuple(together))
        else:
            runs.append(Run(sample.start, sample.packet, (sample,)))
    return runs


def _start(index: PacketIndex, packet: int) -> int:
    """Return the key packet that decoding must begin at; 0 where none is marked.

    A frame stored after a key but shown before it may need the group before that key, too.
    """
    keys = np.flatnonzero(index.keys[: packet + 1])[-2:]
    if not keys.size:
        return 0
    is_leading = index.pts[packet] < index.pts[keys[-1]]
    if is_leading:
        return int(keys[0]) if keys.size == 2 else 0
    return int(keys[-1])
