"""The entry point of the mask function."""

from __future__ import annotations

import os
from typing import Protocol

from business_logic.batch import Response
from business_logic.log import Log
from business_logic.record import Json

from mask_detection.bootstrap import load_mask_detection


class LambdaContext(Protocol):
    """What the function asks of Lambda's context."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the invocation."""


# What fails here fails the start of the environment: Lambda then hands it no message.
MASK_DETECTION = load_mask_detection(os.environ)


def lambda_handler(event: Json, context: LambdaContext) -> Response:
    """Handle one batch of the queue of anonymised images.

    Args:
        event: the batch of Amazon SQS.
        context: Lambda's description of the invocation.

    Returns:
        The partial batch response: the messages to deliver again.
    """
    log = Log(context.aws_request_id)
    return MASK_DETECTION.process(event, log, context.get_remaining_time_in_millis)
