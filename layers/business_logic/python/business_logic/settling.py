"""Settling: acknowledges what is done already, before a process that dies keeps it in the queue.

A message is acknowledged by the answer of its invocation. One that kills the process leaves no
answer: its neighbours have their records by their second receive, since the order of the batch
turns round, and yet would come again with it until all of them are dead letters. So an invocation
with messages that come for the third time looks for their records; where it finds any, it analyses
nothing: no image can keep it from its answer. The one neighbour whose record was being written when
the process died the first time has it by its fourth receive, and is settled at the fifth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from deep_learning.errors import TransientError

from business_logic.events import QueueMessage

SETTLED_FROM = 3
"""Receives from which on records are looked for: by then a batch was handled in both orders."""


def settled(
    messages: Sequence[QueueMessage], recorded: Callable[[QueueMessage], bool]
) -> frozenset[QueueMessage]:
    """Return the messages to acknowledge, instead of handling any; none to go on as usual.

    It goes on as usual where no message came so often, none that did is recorded, or that cannot
    be told now. A message by itself has no neighbour to save and is never looked for.

    Args:
        messages: the batch.
        recorded: tells whether all that a message names has its record; may raise
            ``TransientError``.
    """
    if len(messages) == 1:
        return frozenset()
    suspects = [message for message in messages if message.receive_count >= SETTLED_FROM]
    try:
        return frozenset(message for message in suspects if recorded(message))
    except TransientError:
        return frozenset()
