"""Steps 9 to 11 of the paper's Figure 1: the way of one image, from its event to its record."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from business_logic.alert_judge import AlertJudge, Look
from business_logic.alerts import AlertKind, build_alerts
from business_logic.events import FrameStored
from business_logic.frame_keys import alert_key, camera_id, record_key
from business_logic.frame_stages import FrameStages
from business_logic.record import Circumstances, FrameSource, Json, build_record
from business_logic.settings import FunctionSettings
from deep_learning.errors import Reason, RejectedInput
from high_level_algorithms.identification import Gallery
from high_level_algorithms.types import Findings

from surveillance.parts import Invocation, Networks, Reporting, Stores


class FrameFlow:
    """Takes images from the frames bucket to the results bucket."""

    def __init__(
        self,
        settings: FunctionSettings,
        networks: Networks,
        stores: Stores,
        reporting: Reporting,
    ) -> None:
        self._settings = settings
        self._networks = networks
        self._stores = stores
        self._telemetry = reporting.telemetry
        self._metrics = reporting.metrics
        self._alerts = AlertJudge(stores.states, settings.alerts)

    def read(self, frame: FrameStored) -> bytes:
        """Return the bytes of an image.

        Raises:
            RejectedInput: it lies at no camera's, or is not to be had.
            TransientError: it could not be read this time.
        """
        if camera_id(frame.key) is None:
            raise RejectedInput(
                Reason.BAD_KEY, f"{frame.key!r}; allowed is incoming/<camera_id>/<any/key>"
            )
        return self._stores.frames.read(frame)

    def look(self, frame: FrameStored) -> Look:
        """Return what is known of an image's camera.

        Raises:
            TransientError: it could not be read this time.
        """
        return self._alerts.look(frame)

    def analyse(
        self,
        frame: FrameStored,
        data: Callable[[], bytes],
        look: Callable[[], Look],
        gallery: Gallery,
        invocation: Invocation,
    ) -> Callable[[], None]:
        """Analyse an image; an image that cannot be analysed is a record too.

        Args:
            frame: the image.
            data: waits for its bytes; raises what ``read`` raises.
            look: waits for what is known of its camera; raises what ``look`` raises.
            gallery: known people.
            invocation: the one that runs.

        Returns:
            What writes the alerts and the record, in whatever thread, and reports it. It raises
            ``TransientError`` where one of them could not be written.

        Raises:
            TransientError: the image could not be read.
        """
        with ExitStack() as stack:
            stack.enter_context(self._telemetry.subsegment("frame"))
            self._telemetry.annotate(
                camera_id=camera_id(frame.key), cold_start=invocation.cold_start, status="failed"
            )
            stages = FrameStages(self._telemetry)
            outcome = self._outcome(data, gallery, stages)
            record = self._record(frame, outcome, gallery, stages, invocation)
            # The frame ends where it is written.
            take_up, frame_end = self._telemetry.hand_over(), stack.pop_all()

        def write() -> None:
            take_up()
            with frame_end:
                alerts, written = self._write(frame, record, look, invocation)
                self._telemetry.annotate(status=record["status"], reason=record["reason"])
            self._report(frame, record, alerts, written, invocation)

        return write

    def is_recorded(self, frame: FrameStored) -> bool:
        """Tell whether an image has its record, hence its alerts.

        Raises:
            TransientError: it could not be told this time.
        """
        return self._stores.results.exists(record_key(frame))

    def _outcome(
        self, data: Callable[[], bytes], gallery: Gallery, stages: FrameStages
    ) -> Findings | RejectedInput:
        try:
            with self._telemetry.subsegment("step 9: read frame"), stages.stage("read"):
                content = data()
            with self._telemetry.subsegment("step 10: analyse"):
                return self._networks.pipeline.analyse(content, gallery, stages)
        except RejectedInput as rejection:
            return rejection

    def _record(
        self,
        frame: FrameStored,
        outcome: Findings | RejectedInput,
        gallery: Gallery,
        stages: FrameStages,
        invocation: Invocation,
    ) -> Json:
        source = FrameSource(
            bucket=frame.bucket,
            key=frame.key,
            version_id=frame.version_id,
            etag=frame.etag,
            camera_id=camera_id(frame.key),
            event_time=frame.time.isoformat(timespec="milliseconds"),
            sequencer=frame.sequencer,
        )
        circumstances = Circumstances(
            self._networks.catalogue,
            gallery.version,
            stages.timings_ms,
            self._telemetry.trace_id,
            invocation.cold_start,
        )
        return build_record(source, outcome, circumstances)

    def _write(
        self, frame: FrameStored, record: Json, look: Callable[[], Look], invocation: Invocation
    ) -> tuple[list[AlertKind], bool]:
        """Write the alerts, then their record; tell which, and whether it was the first record.

        The record is the commit mark: where it exists its alerts do, whenever a process ended.
        """
        results, key = self._stores.results, record_key(frame)
        with self._telemetry.subsegment("step 11: write record"):
            granted = self._alerts.granted(frame, record, look, invocation.log)
            alerts = build_alerts(granted, record, self._settings.results_bucket, key)
            for kind, alert in alerts.items():
                results.put_once(alert_key(frame, kind), alert)
            return list(alerts), results.put_once(key, record)

    def _report(
        self,
        frame: FrameStored,
        record: Json,
        alerts: list[AlertKind],
        written: bool,
        invocation: Invocation,
    ) -> None:
        self._metrics.frame_recorded(record, sum(record["timings_ms"].values()))
        invocation.log.info(
            "frame recorded",
            key=frame.key,
            status=record["status"],
            reason=record["reason"],
            alerts=alerts,
            record=record_key(frame),
            written=written,
        )
