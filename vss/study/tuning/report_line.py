"""The REPORT that Lambda writes at the end of an invocation: text, or JSON log format."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from vss.study.tuning.power_stats import Invocation

_REPORT = re.compile(r"^REPORT RequestId: .*$", re.MULTILINE)
_FIGURE = re.compile(r"(?:^|\t)(Duration|Billed Duration|Init Duration): ([\d.]+) ms")


def read_report(log: str) -> Invocation | None:
    """Return what the log's end says of the invocation; None where it has no REPORT.

    Args:
        log: the last kilobytes of the log, as ``LogType=Tail`` gives them.
    """
    return _from_text(log) or _from_json(log)


def _from_text(log: str) -> Invocation | None:
    found = _REPORT.search(log)
    if found is None:
        return None
    figures = {name: float(value) for name, value in _FIGURE.findall(found[0])}
    if "Duration" not in figures or "Billed Duration" not in figures:
        return None
    return Invocation(
        figures["Duration"], int(figures["Billed Duration"]), figures.get("Init Duration")
    )


def _from_json(log: str) -> Invocation | None:
    for line in log.splitlines():
        with suppress(ValueError, KeyError, TypeError):
            entry: Mapping[str, Any] = json.loads(line)
            if entry["type"] == "platform.report":
                metrics = entry["record"]["metrics"]
                init = metrics.get("initDurationMs")
                return Invocation(
                    float(metrics["durationMs"]),
                    int(metrics["billedDurationMs"]),
                    None if init is None else float(init),
                )
    return None
