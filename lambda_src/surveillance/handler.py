"""The entry point of the surveillance function.

Figure 1 of the paper "On-demand Serverless Video Surveillance with Optimal Deployment of Deep
Neural Networks" (VISAPP 2021): steps 2 to 7 prepare an execution environment, once where the scope
is global, in each invocation where it is local; steps 8 to 11 handle the images. Two events come by
schedule instead of images: one keeps an environment warm, one asks for cameras that fell silent.
"""

from __future__ import annotations

import os

from business_logic.record import Json
from business_logic.settings import Scope

from surveillance.bootstrap import Environment
from surveillance.parts import LambdaContext

_WARM_PING = {"vss": "warm"}
_SILENCE_CHECK = {"vss": "silence"}

# What fails here fails the start of the environment: Lambda then hands it no message.
ENVIRONMENT = Environment.prepare(os.environ)
SURVEILLANCE = ENVIRONMENT.load() if ENVIRONMENT.settings.scope is Scope.GLOBAL else None


def lambda_handler(event: Json, context: LambdaContext) -> Json:
    """Handle one batch of the frames queue.

    Args:
        event: the batch of Amazon SQS, or one of the two that come by schedule.
        context: Lambda's description of the invocation.

    Returns:
        The partial batch response: the messages to deliver again. The event where it came by
        schedule.
    """
    invocation = ENVIRONMENT.begin_invocation(context)
    if event == _WARM_PING:
        return _WARM_PING
    if event == _SILENCE_CHECK:
        ENVIRONMENT.check_silence(invocation)
        return _SILENCE_CHECK
    surveillance = SURVEILLANCE or ENVIRONMENT.load()
    return surveillance.process(event, invocation)
