"""What a forecast takes for granted, in words: printed with every one of them."""

from __future__ import annotations

from decimal import Decimal

from vss.study import durations
from vss.study.billing import buckets, function_load, monitoring, queues
from vss.study.billing.function_load import FunctionLoad
from vss.study.billing.object_traffic import ACCESS_LOG_LINE, RECORD
from vss.study.workload import Workload


def assumptions(
    workload: Workload, loads: tuple[FunctionLoad, ...], *, of_workflow: bool = False
) -> tuple[str, ...]:
    """Return the assumptions of the loaded month, one sentence each."""
    use, services = (_of_workflow, _WORKFLOW) if of_workflow else (_use, _STAGE)
    functions = (_load(load) for load in loads)
    return (*use(workload), *functions, *_durations(workload), *services, *_SERVICES)


def _use(workload: Workload) -> tuple[str, ...]:
    return (
        f"{_arriving(workload)}, {plain(100 * workload.alert_share)} % of them with an alert",
        f"{plain(workload.people)} people with {plain(workload.photographs)} photographs each, put "
        "again once a year; one person with a face in each image",
        _STEADY,
    )


def _of_workflow(workload: Workload) -> tuple[str, ...]:
    return (
        f"{_arriving(workload)}, into each folder that is filled from outside",
        "a function makes one object of the same size in each output folder, the mask function a "
        "report, too; every object in an input folder starts it",
        _STEADY,
    )


def _arriving(workload: Workload) -> str:
    return (
        f"{plain(workload.cameras)} cameras, an image every {plain(workload.period_s)} s for "
        f"{plain(workload.hours_per_day)} h a day: {plain(workload.images, 0)} images a month of "
        f"{plain(workload.image_kb)} KiB"
    )


def _load(load: FunctionLoad) -> str:
    return (
        f"{load.package}: {plain(load.batches)} batches of {plain(load.batch_ms)} ms at "
        f"{load.memory_mb} MB, {plain(load.cold_starts)} cold starts of {plain(load.init_ms)} ms, "
        f"{plain(load.environments)} at a time; {plain(load.schedules.invocations)} by schedule"
    )


def _durations(workload: Workload) -> tuple[str, ...]:
    given = [name for name in ("duration_ms", "init_ms") if getattr(workload, name) is not None]
    return (*durations.SOURCES, *(f"{name} as given, not measured" for name in given))


def plain(value: Decimal, places: int = 1) -> str:
    """Write a number with at most ``places`` decimals, thousands apart."""
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_STEADY = "a month has 730 hours and is in the steady state: as much expires as arrives"
_STAGE = (
    "an invocation takes one image, and those that come within the batch window",
    "where alerts have a memory, a camera's state is read for each image and written for each "
    "alert",
)
_WORKFLOW = (
    "an invocation takes one object; the edge, its network and the tags of objects are not in the "
    "bill",
    f"the mask function: {durations.MASKS_MS} ms of one core an image of 1920 x 1080 (networks of "
    "the set masks, `make bench-masks`); a start takes as long as one of surveillance, which loads "
    "more",
)
_SERVICES = (
    f"an environment lives {function_load.LIFE_H} h at most and "
    f"{function_load.IDLE_S} s unused; one more than the mean of those needed runs (assumed)",
    f"{queues.POLLERS} long polls of {queues.POLL_S} s at a time on each queue, day and night "
    "(Lambda developer guide); no fewer while images come",
    "KMS is asked for 1 in 100 requests where S3 has a bucket key (at best, S3 user guide), at "
    "most every 5 minutes for queues (SQS developer guide) and logs (assumed); no key was rotated "
    "yet: each of the first two rotations, one a year, adds the price of a key",
    f"a record has {RECORD} bytes, a line of the access log {ACCESS_LOG_LINE}; an image writes "
    f"{monitoring.IMAGE} bytes of log, an invocation {monitoring.INVOCATION}; stored logs are "
    f"compressed to {monitoring.COMPRESSED} of that (assumed); access logs are delivered free, "
    "but not kept free",
    f"objects stay {buckets.MIDNIGHTS} day longer than their rules say: expiry waits for midnight",
    "the queue passes no sampling decision on: Lambda traces one invocation a second and 5 % of "
    "further ones (X-Ray's default); nothing is read in the console; nothing leaves the region; no "
    "tax",
)
