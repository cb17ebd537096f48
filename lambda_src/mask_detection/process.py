"""The batch: each message on its way, by itself."""

from __future__ import annotations

from collections.abc import Callable

from business_logic.batch import Response, in_order
from business_logic.events import QueueMessage, read_batch, read_notification
from business_logic.log import Log
from business_logic.mask_settings import MaskSettings
from business_logic.pace import Pace
from business_logic.record import Json
from deep_learning.errors import TransientError

from mask_detection.image_flow import ImageFlow


class MaskDetection:
    """The function, ready for images.

    Args:
        settings: the function's.
        flow: handles an image.
    """

    def __init__(self, settings: MaskSettings, flow: ImageFlow) -> None:
        self._settings = settings
        self._flow = flow

    def process(self, event: Json, log: Log, remaining_ms: Callable[[], int]) -> Response:
        """Handle the messages of a batch; return those to deliver again.

        An image that is handled twice gives the same results, so nothing is looked for before.

        Raises:
            InvalidMessage: the event is no batch of a queue.
        """
        pace, returned = Pace(remaining_ms), []
        for number, message in enumerate(in_order(read_batch(event))):
            try:
                begun_with_ms = pace.remaining_ms()
                if number and begun_with_ms < pace.needed_ms():
                    raise TransientError(f"not begun: {begun_with_ms} ms left")
                self._handle(message, log)
                pace.note(begun_with_ms)
            except Exception as error:
                log.error("message returned", error, message_id=message.message_id)
                returned.append(message.message_id)
        return {"batchItemFailures": [{"itemIdentifier": name} for name in returned]}

    def _handle(self, message: QueueMessage, log: Log) -> None:
        notification = read_notification(message.body, self._settings.input_bucket)
        for name in notification.ignored:
            log.info("event ignored", event=name)
        for image in notification.frames:
            self._flow.handle(image, log)
