"""Step 8 of the paper's Figure 1, and the batch: each message on its way, by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from business_logic.alert_judge import Look
from business_logic.batch import Response, Work, process_batch
from business_logic.calendar import today
from business_logic.events import FrameStored, QueueMessage, read_batch, read_notification
from business_logic.log import Log
from business_logic.record import Json
from business_logic.settings import FunctionSettings
from deep_learning.errors import InvalidMessage, TransientError
from high_level_algorithms.identification import Gallery

from surveillance.frame_flow import FrameFlow
from surveillance.parts import Invocation, Networks, Reporting, Stores


class Surveillance:
    """The function, ready for images.

    Args:
        settings: the function's.
        networks: loaded.
        reporting: traces and metrics.
        init_ms: what each stage of the start took; the first batch reports it.

    Attributes:
        networks: as given.
    """

    def __init__(
        self,
        settings: FunctionSettings,
        networks: Networks,
        reporting: Reporting,
        init_ms: dict[str, float],
    ) -> None:
        self._settings = settings
        self.networks = networks
        self._reporting = reporting
        self._init_ms = init_ms

    def connect(self) -> None:
        """Open the stores and fetch the gallery; once more after a restore from a snapshot.

        Raises:
            GalleryError: the gallery is damaged or of another network.
            TransientError: it could not be read.
        """
        stores = Stores.open(self._settings, self.networks.catalogue)
        self._gallery_store = stores.gallery
        self._flow = FrameFlow(self._settings, self.networks, stores, self._reporting)
        self._gallery_store.refresh()
        self._take_up_gallery(today())

    def process(self, event: Json, invocation: Invocation) -> Response:
        """Handle the messages of a batch; return those to deliver again.

        Raises:
            InvalidMessage: the event is no batch of a queue.
            GalleryError: the gallery is damaged or of another network: all messages come again.
            TransientError: it could not be read: likewise.
        """
        messages = read_batch(event)
        gallery = self._check_warm(invocation)

        def frames(message: QueueMessage) -> tuple[FrameStored, ...]:
            notification = read_notification(message.body, self._settings.frames_bucket)
            for name in notification.ignored:
                invocation.log.info("event ignored", event=name)
            return notification.frames

        def analyse(
            frame: FrameStored, data: Callable[[], bytes], look: Callable[[], Look]
        ) -> Callable[[], None]:
            return self._flow.analyse(frame, data, look, gallery, invocation)

        def failed(message: QueueMessage, error: Exception) -> None:
            self._reporting.metrics.frame_failed()
            invocation.log.error("message returned", error, message_id=message.message_id)

        def recorded(message: QueueMessage) -> bool:
            return self._is_recorded(message, invocation.log)

        work = Work(frames, self._flow.read, self._flow.look, analyse, failed, recorded)
        return process_batch(messages, work, invocation.remaining_ms)

    def _is_recorded(self, message: QueueMessage, log: Log) -> bool:
        """Tell whether all images that a message names have their records.

        A test event or a removal names none, and nothing is left to do for it.

        Raises:
            TransientError: it could not be told this time.
        """
        try:
            frames = read_notification(message.body, self._settings.frames_bucket).frames
            found = all(self._flow.is_recorded(frame) for frame in frames)
        except InvalidMessage:
            found = False
        except TransientError as error:
            log.error("record not looked for", error, message_id=message.message_id)
            raise
        log.info("record looked for", message_id=message.message_id, found=found)
        return found

    def _check_warm(self, invocation: Invocation) -> Gallery:
        """Step 8: report the start if it was not yet; bring the gallery up to date.

        All images of a batch are compared with one and the same gallery.
        """
        telemetry = self._reporting.telemetry
        with telemetry.subsegment("step 8: check warm"):
            telemetry.annotate(cold_start=invocation.cold_start)
            if self._init_ms:
                self._report_start(invocation.log)
            day = today()
            if self._gallery_store.refresh() or day != self._gallery_day:
                self._take_up_gallery(day)
        return self._gallery

    def _take_up_gallery(self, day: date) -> None:
        """Compare with those from now on whose enrolment has not expired by ``day``."""
        index = self._gallery_store.index
        known = index.references(day)
        self._gallery = Gallery(known.person_ids, known.templates, known.first, index.version)
        self._gallery_day = day

    def _report_start(self, log: Log) -> None:
        init_ms, networks = sum(self._init_ms.values()), self.networks
        self._reporting.telemetry.annotate(init_ms=round(init_ms), blobs=networks.from_blobs)
        self._reporting.telemetry.note("init_ms", self._init_ms)
        self._reporting.metrics.initialised(init_ms)
        log.info(
            "environment started",
            init_ms=round(init_ms),
            blobs=networks.from_blobs,
            processor=networks.processor,
        )
        self._init_ms = {}
