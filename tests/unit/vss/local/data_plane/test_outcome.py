import pytest

from vss.local.data_plane.function_log import init_report, report
from vss.local.data_plane.outcome import Failure, exited, reported, timed_out


@pytest.mark.parametrize(
    ("status", "out_of_memory", "kind", "message"),
    [
        (0, False, "Runtime.ExitError", "Runtime exited without providing a reason"),
        (1, False, "Runtime.ExitError", "Runtime exited with error: exit status 1"),
        (-11, False, "Runtime.ExitError", "error: signal: segmentation fault"),
        (-9, False, "Runtime.ExitError", "error: signal: killed"),
        (-9, True, "Runtime.OutOfMemory", "error: signal: killed"),
    ],
)
def test_exits_are_told_as_lambda_tells_them(
    status: int, out_of_memory: bool, kind: str, message: str
) -> None:
    failure = exited("id", status, out_of_memory)
    assert failure.type == kind
    assert failure.message.startswith("RequestId: id Error: ")
    assert failure.message.endswith(message)


def test_a_timeout_is_told_as_lambda_tells_it() -> None:
    failure = timed_out("id", 3)
    assert failure.message == "RequestId: id Error: Task timed out after 3.00 seconds"
    assert (failure.type, failure.status) == ("Sandbox.Timedout", "Status: timeout")


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b'{"errorType": "E", "errorMessage": "m"}', Failure("E", "m")),
        (b"{}", Failure("Unhandled", "")),
        (b"text", Failure("Unhandled", "text")),
        (b'"text"', Failure("Unhandled", '"text"')),
    ],
)
def test_whatever_the_runtime_reports_is_a_failure(body: bytes, failure: Failure) -> None:
    assert reported(body) == failure


def test_the_report_bills_the_initialisation_too() -> None:
    line = report("id", 10.2, 100.5, 128, 40, "Status: timeout", "XRAY TraceId: 1-2")
    assert line.split("\t") == [
        "REPORT RequestId: id",
        "Duration: 10.20 ms",
        "Billed Duration: 111 ms",
        "Memory Size: 128 MB",
        "Max Memory Used: 40 MB",
        "Init Duration: 100.50 ms",
        "Status: timeout",
        "XRAY TraceId: 1-2",
    ]


def test_the_report_of_a_warm_invocation_is_short() -> None:
    line = report("id", 10.0, None, 128, 40)
    assert line.endswith("Billed Duration: 10 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB")


def test_a_failed_initialisation_is_reported() -> None:
    line = init_report(1.5, "invoke", Failure("E", "").status)
    expected = "INIT_REPORT Init Duration: 1.50 ms\tPhase: invoke\tStatus: error\tError Type: E"
    assert line == expected
