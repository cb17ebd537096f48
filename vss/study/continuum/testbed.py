"""The workflow on the paper's testbed, simulated: a cluster that grows, and AWS Lambda.

The cluster: jobs wait in one line, each takes one of a node's slots. It begins with one node; where
jobs wait, as many further nodes are ordered at once as would hold them, up to the most there are,
and take jobs some minutes later (the paper's CLUES). A job that sends its images to Amazon S3 keeps
its slot meanwhile and sends one after the other, as OSCAR's supervisor does.

AWS Lambda: each image is one batch of an event source mapping, see `reproduction.concurrency`.

Storage within the cluster, notifications and the start of containers take no time.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from vss.study.continuum import paper
from vss.study.continuum.plan import NODE_START_S
from vss.study.reproduction.concurrency import Load, completions


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run is made of, seconds; of several values one is drawn each time.

    Attributes:
        scripts_s: anonymising and splitting a video.
        jobs_s: finding masks in an image as a job of the cluster.
        cold_s: first invocation of an environment, its start included.
        warm_s: each further one.
        images: of a video.
    """

    scripts_s: Sequence[float]
    jobs_s: Sequence[float]
    cold_s: float
    warm_s: float
    images: int = paper.IMAGES


@dataclass(frozen=True, slots=True)
class Cluster:
    """Nodes that run jobs.

    Attributes:
        slots: jobs at a time on each.
        nodes: at most; one is there at the beginning.
        start_s: from ordering a node until it takes jobs.
    """

    slots: int = paper.SLOTS
    nodes: int = paper.NODES
    start_s: float = NODE_START_S


@dataclass(frozen=True, slots=True)
class StageTimes:
    """Times of a run, s, as they are measured of a real one.

    Attributes:
        anonymise_s: until the last image of the last video is where it is wanted.
        masks_s: from the first script's end to the last result.
        total_s: until the last result.
        nodes: that were at work at a time, at most.
    """

    anonymise_s: float
    masks_s: float
    total_s: float
    nodes: int


@dataclass(frozen=True, slots=True)
class _Job:
    """Work for one slot: so long, and followed by so many jobs of the second stage."""

    duration_s: float
    images: int


class _Line:
    """One line of jobs before the slots of the nodes that are there."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._waiting: deque[_Job] = deque()
        self._events: list[tuple[float, int, _Job | None]] = []
        self._number = 0
        self._free = cluster.slots
        self._ordered = self._ready = 1
        self._busy = self._most_busy = 0

    def add(self, now_s: float, jobs: Sequence[_Job]) -> None:
        """Put jobs at the end of the line, and order nodes for those that must wait."""
        self._waiting.extend(jobs)
        self._begin(now_s)
        booting = self._ordered - self._ready
        more = -(-len(self._waiting) // self._cluster.slots) - booting
        for _ in range(max(0, min(more, self._cluster.nodes - self._ordered))):
            self._ordered += 1
            self._push(now_s + self._cluster.start_s, None)

    @property
    def nodes(self) -> int:
        """Nodes that were needed at a time."""
        return -(-self._most_busy // self._cluster.slots)

    def next(self) -> tuple[float, _Job] | None:
        """Go on to the end of the next job, and return it; None where none is left."""
        while self._events:
            now_s, _, job = heapq.heappop(self._events)
            if job is None:
                self._ready += 1
                self._free += self._cluster.slots
            else:
                self._busy -= 1
                self._free += 1
            self._begin(now_s)
            if job is not None:
                return now_s, job
        return None

    def _begin(self, now_s: float) -> None:
        while self._free and self._waiting:
            job = self._waiting.popleft()
            self._free -= 1
            self._busy += 1
            self._push(now_s + job.duration_s, job)

        self._most_busy = max(self._most_busy, self._busy)

    def _push(self, time_s: float, job: _Job | None) -> None:
        self._number += 1
        heapq.heappush(self._events, (time_s, self._number, job))


def on_premises(videos: int, parts: Parts, cluster: Cluster, seed: random.Random) -> StageTimes:
    """Simulate both stages as jobs of the cluster, all videos arriving at once."""
    line = _Line(cluster)
    line.add(0.0, [_Job(seed.choice(parts.scripts_s), parts.images) for _ in range(videos)])
    scripts_s: list[float] = []
    end_s = 0.0
    while (ended := line.next()) is not None:
        end_s, job = ended
        if job.images:
            scripts_s.append(end_s)
            line.add(end_s, [_Job(seed.choice(parts.jobs_s), 0) for _ in range(job.images)])
    return StageTimes(scripts_s[-1], end_s - scripts_s[0], end_s, line.nodes)


def edge_and_cloud(
    videos: int,
    parts: Parts,
    cluster: Cluster,
    upload_s: float,
    seed: random.Random,
    *,
    is_first: bool = False,
) -> StageTimes:
    """Simulate the first stage on the cluster, the second in Lambda, all videos arriving at once.

    Args:
        videos: how many.
        parts: what the run is made of.
        cluster: of the edge.
        upload_s: of an image.
        seed: draws parts.
        is_first: whether no environment of the function is there yet.
    """
    line = _Line(cluster)
    sending_s = parts.images * upload_s
    jobs = [_Job(seed.choice(parts.scripts_s) + sending_s, parts.images) for _ in range(videos)]
    line.add(0.0, jobs)
    ends_s: list[float] = []
    while (ended := line.next()) is not None:
        ends_s.append(ended[0])
    arrivals_s = sorted(
        end_s - number * upload_s for end_s in ends_s for number in range(parts.images)
    )
    load = Load(len(arrivals_s), parts.cold_s, parts.warm_s)
    done_s, _ = completions(arrivals_s, load, idle=0 if is_first else len(arrivals_s))
    begun_s = min(ends_s) - sending_s
    return StageTimes(ends_s[-1], max(done_s) - begun_s, max(done_s), line.nodes)


THE_PAPERS = Parts(
    scripts_s=(paper.LOCAL_ANONYMISE_S,),
    # 37 jobs in three slots are 13 rounds.
    jobs_s=(paper.LOCAL_MASKS_S / -(-paper.IMAGES // paper.SLOTS),),
    cold_s=paper.COLD_MS / 1000,
    warm_s=paper.WARM_MS / 1000,
)
"""The paper's own parts, of its means."""
