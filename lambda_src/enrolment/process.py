"""The batch: each message on its way, by itself. Neither log nor trace tells who it is about."""

from __future__ import annotations

from business_logic.batch import Response
from business_logic.enrolment_settings import EnrolmentSettings
from business_logic.events import FrameStored, QueueMessage, read_batch, read_notification
from business_logic.log import Log
from business_logic.record import Json
from business_logic.s3_access import kind_of
from business_logic.telemetry import Telemetry

from enrolment.photograph_flow import PhotographFlow


class Enrolment:
    """The function, ready for photographs.

    Args:
        settings: the function's.
        flow: enrols a photograph.
        telemetry: traces.
    """

    def __init__(
        self, settings: EnrolmentSettings, flow: PhotographFlow, telemetry: Telemetry
    ) -> None:
        self._settings = settings
        self._flow = flow
        self._telemetry = telemetry

    def process(self, event: Json, log: Log) -> Response:
        """Handle the messages of a batch; return those to deliver again.

        Raises:
            InvalidMessage: the event is no batch of a queue.
        """
        returned = [
            message.message_id for message in read_batch(event) if not self._is_done(message, log)
        ]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in returned]}

    def _is_done(self, message: QueueMessage, log: Log) -> bool:
        try:
            notification = read_notification(message.body, self._settings.gallery_bucket)
            for name in notification.ignored:
                log.info("event ignored", event=name)
            for photograph in notification.frames:
                self._enrol(photograph, log)
        except Exception as error:
            # Messages of errors may quote the key, and in it the person.
            log.info("message returned", message_id=message.message_id, cause=kind_of(error))
            return False
        return True

    def _enrol(self, photograph: FrameStored, log: Log) -> None:
        with self._telemetry.subsegment("enrol photograph"):
            outcome = self._flow.enrol(photograph)
            self._telemetry.annotate(status=outcome.status, reason=outcome.reason)
            log.info(
                "photograph handled",
                status=outcome.status,
                reason=outcome.reason,
                gallery_version=outcome.gallery_version,
            )
