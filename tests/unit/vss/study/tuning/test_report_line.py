import json

import pytest

from vss.local.data_plane.function_log import report
from vss.study.tuning.power_stats import Invocation
from vss.study.tuning.report_line import read_report

TEXT = "START RequestId: 1 Version: 5\nhello\nEND RequestId: 1\n{}\nXRAY TraceId: 1-2\n"
METRICS = {"durationMs": 12.3, "billedDurationMs": 13, "memorySizeMB": 128, "maxMemoryUsedMB": 40}
PLATFORM = {"type": "platform.report", "record": {"requestId": "1", "metrics": METRICS}}


def test_text() -> None:
    warm = TEXT.format(report("1", 12.34, None, 128, 40))
    cold = TEXT.format(report("1", 12.34, 800.5, 128, 40, trace="XRAY TraceId: 1"))
    assert read_report(warm) == Invocation(12.34, 13)
    assert read_report(cold) == Invocation(12.34, 813, 800.5)


def test_json() -> None:
    log = '{"level": "INFO"}\nnot JSON {\n' + json.dumps(PLATFORM)
    assert read_report(log) == Invocation(12.3, 13)
    PLATFORM["record"]["metrics"] = METRICS | {"initDurationMs": 500.0}
    assert read_report(json.dumps(PLATFORM)) == Invocation(12.3, 13, 500.0)


@pytest.mark.parametrize(
    "log",
    ["", "START\n", "REPORT RequestId: 1\tDuration: x", '{"type": "platform.report"}', "[1]", "7"],
)
def test_no_report(log: str) -> None:
    assert read_report(log) is None
