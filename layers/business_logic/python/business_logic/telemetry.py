"""Traces: the one module that knows the X-Ray SDK, so that another tracer means another file.

Nothing an image showed ever reaches a trace: the SDK's own recording of exceptions, which keeps
their text and stack, is not used, and its patches of other libraries are not applied. A trace that
cannot be recorded or sent changes nothing: every call to the SDK is guarded.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Lock

from aws_xray_sdk.core import AWSXRayRecorder, xray_recorder  # type: ignore[import-untyped]
from aws_xray_sdk.core.models.dummy_entities import (  # type: ignore[import-untyped]
    DummySegment,
)
from aws_xray_sdk.core.models.subsegment import Subsegment  # type: ignore[import-untyped]
from deep_learning.errors import RejectedInput

# The SDK logs an error, with its stack, for each packet it cannot send.
logging.getLogger("aws_xray_sdk").setLevel(logging.CRITICAL)

_NAMESPACE = "vss"
# How many subsegments may wait before the SDK sends those that have ended. Its own choice in Lambda
# is none, a packet for each; here they wait for the outermost, and a frame's go together.
_SEND, _WAIT = 0, 100_000

Annotation = str | float | bool


class Telemetry:
    """Records subsegments of the segment that Lambda opens for each invocation.

    Outside an invocation, or where Lambda does not sample it, nothing is recorded.
    """

    def __init__(self, recorder: AWSXRayRecorder = xray_recorder) -> None:
        self._recorder = recorder
        # What is to wait and what is to be sent is one setting for all threads.
        self._ending = Lock()

    @property
    def trace_id(self) -> str | None:
        """Id of the trace of this invocation; None where there is none."""
        with suppress(Exception):
            segment = self._recorder.current_segment()
            return None if isinstance(segment, DummySegment) else str(segment.trace_id)
        return None

    @contextmanager
    def subsegment(self, name: str) -> Iterator[None]:
        """Enclose a step: what raises in it is marked, a rejection as error, the rest as fault."""
        entity = self._begin(name)
        flag = ""
        try:
            yield
        except RejectedInput:
            flag = "error"
            raise
        except BaseException:
            flag = "fault"
            raise
        finally:
            if entity is not None:
                self._end(entity, flag)

    def hand_over(self) -> Callable[[], None]:
        """Take the open subsegment, an outermost one, off this thread.

        Returns:
            What puts it into the thread that goes on with it and ends it.
        """
        entity: Subsegment | None = None
        with suppress(Exception):
            entity = self._recorder.current_subsegment()
            self._recorder.clear_trace_entities()

        def take_up() -> None:
            if entity is not None:
                with suppress(Exception):
                    self._recorder.set_trace_entity(entity)

        return take_up

    def annotate(self, **annotations: Annotation | None) -> None:
        """Put values to search traces by onto the open subsegment; None is left out."""
        for name, value in annotations.items():
            if value is not None:
                with suppress(Exception):
                    self._recorder.put_annotation(name, value)

    def note(self, name: str, values: Mapping[str, float]) -> None:
        """Put figures onto the open subsegment."""
        with suppress(Exception):
            self._recorder.put_metadata(name, dict(values), _NAMESPACE)

    def _begin(self, name: str) -> Subsegment | None:
        with suppress(Exception):
            if self._recorder.is_sampled():
                return self._recorder.begin_subsegment(name)
        return None

    def _end(self, entity: Subsegment, flag: str) -> None:
        with suppress(Exception), self._ending:
            if flag == "error":
                entity.add_error_flag()
            elif flag == "fault":
                entity.add_fault_flag()
            is_outermost = entity.parent_id == entity.parent_segment.id
            self._recorder.streaming_threshold = _SEND if is_outermost else _WAIT
            self._recorder.end_subsegment()
            if is_outermost:
                # The next one gets a segment object of its own: what is sent is all that hangs on
                # one, and another thread may be at it.
                self._recorder.clear_trace_entities()
