"""The entry point of the enrolment function."""

from __future__ import annotations

import os
from typing import Protocol

from business_logic.batch import Response
from business_logic.log import Log
from business_logic.record import Json

from enrolment.bootstrap import load_enrolment


class LambdaContext(Protocol):
    """What the function asks of Lambda's context."""

    aws_request_id: str


# What fails here fails the start of the environment: Lambda then hands it no message.
ENROLMENT = load_enrolment(os.environ)


def lambda_handler(event: Json, context: LambdaContext) -> Response:
    """Handle one batch of the enrolment queue.

    Args:
        event: the batch of Amazon SQS.
        context: Lambda's description of the invocation.

    Returns:
        The partial batch response: the messages to deliver again.
    """
    return ENROLMENT.process(event, Log(context.aws_request_id))
