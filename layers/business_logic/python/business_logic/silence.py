"""Cameras that sent no frame for their period: one alert for each silence.

Whether a camera is silent is told by the names of its records. The alert's key is that of the
camera's last record, and it is written once: so a silence has one alert, however often and by
however many environments it is noticed, and the frame that ends it makes way for the next.

A frame counts once it is recorded. While frames wait in the queue for longer than a period, their
camera is taken for silent too.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from deep_learning.errors import TransientError

from business_logic.alerts import build_silence_alert
from business_logic.frame_keys import (
    camera_id,
    record_moment,
    records_from,
    records_of,
    silence_key,
)
from business_logic.pace import LEAST_TIME_FOR_ONE_MS, TIME_TO_ANSWER_MS
from business_logic.record_names import RecordNames
from business_logic.result_store import ResultStore
from business_logic.silence_periods import SilencePeriods

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class SilenceCheck:
    """What one check came to: cameras that were looked at, and those of them that are silent."""

    cameras: int
    silent: int


class SilenceWatch:
    """Tells of cameras that fall silent.

    Watched are the cameras that the setting names, whether or not a frame of them ever came, and
    where it gives a period to all others those with a record: who sent nothing for as long as
    records are kept is no longer expected to.

    Args:
        periods: of the cameras.
        names: of the records.
        results: where alerts go.
        results_bucket: the bucket they refer to.
    """

    def __init__(
        self, periods: SilencePeriods, names: RecordNames, results: ResultStore, results_bucket: str
    ) -> None:
        self._periods = periods
        self._names = names
        self._results = results
        self._results_bucket = results_bucket
        # Of each camera whose silence this environment told of, the name of its last record.
        self._told: dict[str, str] = {}

    def check(self, now: datetime, remaining_ms: Callable[[], int]) -> SilenceCheck:
        """Look at every camera once and write the alerts that are due.

        Args:
            now: the present time.
            remaining_ms: time until Lambda ends the invocation.

        Raises:
            TransientError: some cameras could not be looked at, or not in time; all others were.
        """

        def is_silent(camera: str) -> bool | TransientError:
            if remaining_ms() < LEAST_TIME_FOR_ONE_MS + TIME_TO_ANSWER_MS:
                return TransientError(f"camera {camera!r}: no time left")
            try:
                return self._is_silent(camera, now, periods[camera])
            except TransientError as error:
                return error

        periods = self._watched()
        with ThreadPoolExecutor(_AT_ONCE, "silence") as pool:
            outcomes = list(pool.map(is_silent, periods))
        failures = [outcome for outcome in outcomes if isinstance(outcome, TransientError)]
        if failures:
            raise TransientError(
                f"{len(failures)} of {len(outcomes)} cameras not looked at, one of them: "
                f"{failures[0]}"
            )
        return SilenceCheck(len(outcomes), outcomes.count(True))

    def _watched(self) -> dict[str, timedelta]:
        seen = self._names.cameras() if self._periods.watches_others else []
        # Images at no camera's have records too.
        cameras = {camera for camera in seen if camera_id(f"incoming/{camera}/x") == camera}
        periods = {camera: self._periods.of(camera) for camera in cameras | self._periods.named}
        return {camera: period for camera, period in periods.items() if period is not None}

    def _is_silent(self, camera: str, now: datetime, period: timedelta) -> bool:
        since = now - period
        if self._names.any_after(camera, records_from(camera, since)):
            return False
        if camera in self._told and not self._names.any_after(camera, self._told[camera]):
            return True
        last = self._names.newest(camera, since)
        if last is not None and record_moment(last) >= since:
            return False
        alert = build_silence_alert(camera, last, self._results_bucket, now, period)
        self._results.put_once(silence_key(camera, last), alert)
        self._told[camera] = last or records_of(camera)
        return True
