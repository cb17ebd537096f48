"""What is written to the buckets of a stage, read from them and kept in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from vss.study.billing.function_load import SURVEILLANCE, FunctionLoad
from vss.study.workload import Workload

# A record of one person with 17 keypoints and a face, an alert, a camera's state, a template, a
# report, a template's entry in the index: bytes, about. All networks of a set.
RECORD, ALERT, STATE, TEMPLATE, REPORT, ENTRY = map(Decimal, (2900, 350, 700, 1700, 700, 1100))
NETWORKS, NETWORK_FILES = Decimal(7_600_000), Decimal(8)
# A line of the access log names requester, key, session and agent: assumed.
ACCESS_LOG_LINE = Decimal(700)


@dataclass(frozen=True, slots=True)
class Objects:
    """Objects under one prefix.

    Attributes:
        prefix: with its slash.
        written: in the month, each by one PUT.
        bytes_each: of one of them.
        kept: how many there are where none expires.
    """

    prefix: str
    written: Decimal
    bytes_each: Decimal
    kept: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class BucketTraffic:
    """Objects of a bucket, and how often they are read in the month."""

    objects: tuple[Objects, ...]
    gets: Decimal

    @property
    def requests(self) -> Decimal:
        """All requests of the month."""
        return self.gets + sum((one.written for one in self.objects), Decimal(0))


def bucket_traffic(
    workload: Workload, loads: tuple[FunctionLoad, ...], *, with_states: bool
) -> Mapping[str, BucketTraffic]:
    """Return the traffic of the buckets by their purpose, access logs left out.

    Args:
        workload: of the month.
        loads: of the functions.
        with_states: the state of a camera is read for each image, and written for each alert.
    """
    cold_starts = sum((load.cold_starts for load in loads), Decimal(0))
    surveillance = [load for load in loads if load.package == SURVEILLANCE]
    # Each batch asks whether the index has changed, each start fetches it.
    index_reads = sum((load.batches + load.cold_starts for load in surveillance), Decimal(0))
    enrolled, people = workload.enrolments, workload.people * workload.photographs
    frames = Objects("incoming/", workload.images, workload.image_bytes)
    return {
        "frames": BucketTraffic((frames,), workload.images),
        "results": _results(workload, with_states),
        "gallery": BucketTraffic(
            (
                Objects("photos/", enrolled, workload.image_bytes, people),
                Objects("templates/", enrolled, TEMPLATE, people),
                Objects("reports/", enrolled, REPORT, people),
                Objects("index/", enrolled, people * ENTRY, Decimal(1)),
            ),
            index_reads + 2 * enrolled,
        ),
        "models": BucketTraffic(
            (Objects("", Decimal(0), NETWORKS, Decimal(1)),), cold_starts * NETWORK_FILES
        ),
    }


def _results(workload: Workload, with_states: bool) -> BucketTraffic:
    records = Objects("records/", workload.images, RECORD)
    alerts = Objects("alerts/", workload.alerts, ALERT)
    if not with_states:
        return BucketTraffic((records, alerts), Decimal(0))
    states = Objects("state/", workload.alerts, STATE)
    return BucketTraffic((records, alerts, states), workload.images)
