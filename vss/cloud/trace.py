"""X-Ray traces: what a trace holds, as spans that lie inside each other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from vss.cloud.deployment import Deployment, DeploymentError


@dataclass(frozen=True, slots=True)
class Span:
    """A segment or subsegment.

    Attributes:
        name: as it was recorded.
        depth: how many spans it lies in.
        start_s: seconds after the start of the trace.
        duration_s: its length in seconds; None while it has not ended.
        failed: whether it ended in a fault or a throttle; an error is the input's.
        annotations: the indexed values that were recorded with it.
    """

    name: str
    depth: int
    start_s: float
    duration_s: float | None
    failed: bool
    annotations: dict[str, str | float | bool]


@dataclass(frozen=True, slots=True)
class Trace:
    """One trace: its id, when it started, its spans as they started, parents first."""

    trace_id: str
    start: datetime
    spans: tuple[Span, ...]

    @property
    def duration_s(self) -> float:
        """Seconds from the first start to the last end."""
        return max((span.start_s + (span.duration_s or 0.0) for span in self.spans), default=0.0)

    @property
    def failed(self) -> bool:
        """Whether any span failed."""
        return any(span.failed for span in self.spans)

    def annotated(self, name: str) -> list[str]:
        """Return the values of an annotation, each once, in the order of the spans."""
        values = (span.annotations[name] for span in self.spans if name in span.annotations)
        return list(dict.fromkeys(str(value) for value in values))


def recent_trace_ids(deployment: Deployment, minutes: float) -> list[str]:
    """Return the ids of the traces of the last ``minutes``, newest first.

    Raises:
        DeploymentError: X-Ray cannot be read.
    """
    now = datetime.now(UTC)
    pages = deployment.xray.get_paginator("get_trace_summaries").paginate(
        StartTime=now - timedelta(minutes=minutes), EndTime=now
    )
    try:
        ids = {summary["Id"] for page in pages for summary in page["TraceSummaries"]}
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(
            f"the traces of {deployment.name} cannot be listed: {error}"
        ) from error
    # A trace id is 1-<epoch in hexadecimal>-<random>, so the order of the ids is that of time.
    return sorted(ids, reverse=True)


def read_traces(deployment: Deployment, trace_ids: Sequence[str]) -> list[Trace]:
    """Return the traces of ``trace_ids`` that X-Ray has, in that order.

    Raises:
        DeploymentError: X-Ray cannot be read.
    """
    found: dict[str, Trace] = {}
    for batch in (trace_ids[first : first + 5] for first in range(0, len(trace_ids), 5)):
        try:
            answer = deployment.xray.batch_get_traces(TraceIds=batch)
        except (ClientError, BotoCoreError) as error:
            raise DeploymentError(f"the traces cannot be read: {error}") from error
        for item in answer["Traces"]:
            documents = [json.loads(segment["Document"]) for segment in item["Segments"]]
            if documents:
                found[item["Id"]] = build_trace(item["Id"], documents)
    return [found[trace_id] for trace_id in trace_ids if trace_id in found]


def build_trace(trace_id: str, documents: Sequence[dict[str, Any]]) -> Trace:
    """Join segment documents, whose subsegments may have come on their own, into one trace."""
    start = min(document["start_time"] for document in documents)
    known = {document["id"] for document in _with_subsegments(documents)}
    children: dict[str, list[dict[str, Any]]] = {}
    roots = []
    for document in documents:
        parent = str(document.get("parent_id"))
        if parent in known and parent != document["id"]:
            children.setdefault(parent, []).append(document)
        else:
            roots.append(document)
    spans = [span for root in _in_time(roots) for span in _spans(root, 0, start, children)]
    return Trace(trace_id, datetime.fromtimestamp(start, UTC), tuple(spans))


def _with_subsegments(documents: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for document in documents:
        yield document
        yield from _with_subsegments(document.get("subsegments", []))


def _spans(
    document: dict[str, Any], depth: int, start: float, children: dict[str, list[dict[str, Any]]]
) -> Iterator[Span]:
    end = document.get("end_time")
    yield Span(
        name=document["name"],
        depth=depth,
        start_s=document["start_time"] - start,
        duration_s=None if end is None else end - document["start_time"],
        failed=any(document.get(kind, False) for kind in ("fault", "throttle")),
        annotations=document.get("annotations", {}),
    )
    inner = [*document.get("subsegments", []), *children.get(document["id"], [])]
    for child in _in_time(inner):
        yield from _spans(child, depth + 1, start, children)


def _in_time(documents: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(documents, key=lambda document: document["start_time"])
