"""Small runs computed by hand, and the paper's own parts."""

from __future__ import annotations

import random

import pytest

from vss.study.continuum import paper
from vss.study.continuum.testbed import (
    THE_PAPERS,
    Cluster,
    Parts,
    StageTimes,
    edge_and_cloud,
    on_premises,
)

ANY = random.Random(0)  # noqa: S311 - drawn of one value each


def parts(images: int, job_s: float = 1.0) -> Parts:
    return Parts(scripts_s=(10.0,), jobs_s=(job_s,), cold_s=1.0, warm_s=0.2, images=images)


@pytest.mark.parametrize(
    ("videos", "images", "job_s", "cluster", "expected"),
    [
        # Four images in two slots are two rounds.
        (1, 4, 3.0, Cluster(2, 1, 0.0), StageTimes(10.0, 6.0, 16.0, 1)),
        # The third video begins at 10 s. Beside it the other slot looks at the four images of the
        # first two until 14; its own two are done at 21.
        (3, 2, 1.0, Cluster(2, 1, 0.0), StageTimes(20.0, 11.0, 21.0, 1)),
        # A node is ordered at 0 and takes the second video at 5.
        (2, 1, 1.0, Cluster(1, 2, 5.0), StageTimes(15.0, 6.0, 16.0, 2)),
        # It would come at 100: the second video is before the first one's image in the line.
        (2, 1, 1.0, Cluster(1, 2, 100.0), StageTimes(20.0, 12.0, 22.0, 1)),
        # Ordered for the nine images that wait at 10, there at 12 with three slots of 3 s.
        (1, 12, 3.0, Cluster(3, 2, 2.0), StageTimes(10.0, 8.0, 18.0, 2)),
    ],
    ids=["slots", "one line", "in time", "too late", "for images"],
)
def test_on_premises(
    videos: int, images: int, job_s: float, cluster: Cluster, expected: StageTimes
) -> None:
    assert on_premises(videos, parts(images, job_s), cluster, ANY) == expected


@pytest.mark.parametrize(
    ("videos", "is_first", "expected"),
    [
        # Images arrive at 10.5, 11 and 11.5.
        (1, False, StageTimes(11.5, 1.7, 11.7, 1)),
        # The first two are cold, the third finds the first one's environment.
        (1, True, StageTimes(11.5, 2.0, 12.0, 1)),
        # One slot, which a video keeps until its images are sent.
        (2, False, StageTimes(23.0, 13.2, 23.2, 1)),
    ],
    ids=["warm", "cold", "slot kept"],
)
def test_edge_and_cloud(videos: int, is_first: bool, expected: StageTimes) -> None:
    found = edge_and_cloud(videos, parts(3), Cluster(1, 1, 0.0), 0.5, ANY, is_first=is_first)
    for name in ("anonymise_s", "masks_s", "total_s"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name))


def test_parts_are_drawn_by_the_seed() -> None:
    several = Parts(scripts_s=(10.0, 20.0), jobs_s=(1.0, 2.0, 3.0), cold_s=1.0, warm_s=0.2)

    def runs(seed: int) -> list[StageTimes]:
        drawn = random.Random(seed)  # noqa: S311 - of parts, no secret
        return [on_premises(3, several, Cluster(), drawn) for _ in range(3)]

    assert runs(1) == runs(1) != runs(2)


def test_the_paper_s_own_parts() -> None:
    local = on_premises(1, THE_PAPERS, Cluster(), ANY)
    assert local.total_s == pytest.approx(paper.LOCAL_ANONYMISE_S + paper.LOCAL_MASKS_S)
    hybrid = edge_and_cloud(1, THE_PAPERS, Cluster(), paper.UPLOAD_S, ANY)
    assert hybrid.anonymise_s == pytest.approx(paper.HYBRID_ANONYMISE_S)
    # Nearly all of it is sending; the paper measured 19.6 s.
    assert hybrid.masks_s == pytest.approx(paper.HYBRID_MASKS_S, rel=0.2)
