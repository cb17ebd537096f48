"""X-Ray's picture of an invocation: the segments Lambda itself sends.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
"""

from __future__ import annotations

import json
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

_OK, _FAULT = 200, 500


def _segment_id() -> str:
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class Trace:
    """The identities of one invocation's trace.

    Attributes:
        trace_id: ``1-<seconds, hexadecimal>-<24 hexadecimal digits>``.
        service_id: segment of the Lambda service.
        function_id: segment of the function, parent of its own subsegments.
    """

    trace_id: str = field(
        default_factory=lambda: f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    )
    service_id: str = field(default_factory=_segment_id)
    function_id: str = field(default_factory=_segment_id)

    def header(self, sampled: bool) -> str:
        """Return the value of ``X-Amzn-Trace-Id``."""
        return f"Root={self.trace_id};Parent={self.function_id};Sampled={int(sampled)}"

    def report(self) -> str:
        """Return the end of Lambda's REPORT line."""
        return f"XRAY TraceId: {self.trace_id}\tSegmentId: {self.service_id}\tSampled: true"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of wall-clock time, in seconds since 1970."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class TracedInvocation:
    """What is known of an invocation when it has ended.

    Attributes:
        received: from its arrival to its answer.
        initialization: of the environment, None where it was warm.
        handling: from handing the event out to the answer.
        failed: whether the function failed.
        cause: the exception as the runtime describes it for X-Ray, JSON text, or empty.
    """

    request_id: str
    function_name: str
    function_arn: str
    account: str
    received: Span
    initialization: Span | None
    handling: Span
    failed: bool
    cause: str = ""


def documents(trace: Trace, invocation: TracedInvocation) -> list[str]:
    """Return the segment of the service and the segment of the function, JSON texts."""
    common = {"trace_id": trace.trace_id, "name": invocation.function_name}
    service: dict[str, Any] = {
        **common,
        "id": trace.service_id,
        "start_time": invocation.received.start_s,
        "end_time": invocation.received.end_s,
        "origin": "AWS::Lambda",
        "resource_arn": invocation.function_arn,
        "aws": {"request_id": invocation.request_id},
        "http": {"response": {"status": _FAULT if invocation.failed else _OK}},
    }
    handling = invocation.handling
    start = min(handling.start_s, (invocation.initialization or handling).start_s)
    function: dict[str, Any] = {
        **common,
        "id": trace.function_id,
        "parent_id": trace.service_id,
        "start_time": start,
        "end_time": handling.end_s,
        "origin": "AWS::Lambda::Function",
        "resource_arn": invocation.function_arn,
        "aws": {
            "account_id": invocation.account,
            "function_arn": invocation.function_arn,
            "resource_names": [invocation.function_name],
        },
        "subsegments": _phases(invocation),
    }
    if invocation.failed:
        service["fault"] = function["fault"] = True
        with suppress(ValueError):
            function["cause"] = json.loads(invocation.cause)
    return [json.dumps(service), json.dumps(function)]


def _phases(invocation: TracedInvocation) -> list[dict[str, Any]]:
    spans = {"Initialization": invocation.initialization, "Invocation": invocation.handling}
    return [
        {"id": _segment_id(), "name": name, "start_time": span.start_s, "end_time": span.end_s}
        for name, span in spans.items()
        if span is not None
    ]
