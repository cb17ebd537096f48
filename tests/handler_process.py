"""The surveillance function's handler in a process of its own, as Lambda runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from socket import AF_INET, SOCK_DGRAM, socket
from threading import Thread
from typing import Any

REPOSITORY = Path(__file__).parents[1]
TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793"
SEGMENT_ID = "53995c3f42cd8ad8"

_LAYERS = ("deep_learning", "high_level_algorithms", "business_logic")
_CALL_EACH = """
import json, sys
events = json.load(sys.stdin)
from surveillance.handler import lambda_handler
from tests.local_stage import Context
print(json.dumps([lambda_handler(event, Context()) for event in events]))
"""


def run_handler(
    variables: Mapping[str, str],
    events: Sequence[Any],
    prefix: Sequence[str] = (),
    code: str = _CALL_EACH,
) -> subprocess.CompletedProcess[str]:
    """Import the handler, call it with each of ``events``; its answers are the last line.

    Args:
        variables: environment variables, beside those of this process that begin with AWS_.
        events: what to call it with.
        prefix: command to run Python under.
        code: what to run instead.
    """
    folders = [REPOSITORY / "layers" / name / "python" for name in _LAYERS]
    path = [REPOSITORY / "lambda_src", *folders, REPOSITORY]
    environment = {
        **{name: value for name, value in os.environ.items() if name.startswith("AWS_")},
        "PATH": os.environ["PATH"],
        "PYTHONPATH": ":".join(map(str, path)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LAMBDA_TASK_ROOT": str(REPOSITORY / "lambda_src"),
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "OPENCV_IO_MAX_IMAGE_PIXELS": "16777216",
        **variables,
    }
    return subprocess.run(
        [*prefix, sys.executable, "-c", code],
        input=json.dumps(events),
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def answers(run: subprocess.CompletedProcess[str]) -> list[Any]:
    """Return what the handler answered; fails where it did not."""
    assert run.returncode == 0, run.stderr
    result: list[Any] = json.loads(run.stdout.splitlines()[-1])
    return result


@contextmanager
def trace_daemon() -> Iterator[tuple[dict[str, str], list[str]]]:
    """Play the X-Ray daemon: give the variables that lead to it, and what it gets, as it comes."""
    packets: list[str] = []
    with socket(AF_INET, SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        address = "{}:{}".format(*daemon.getsockname())

        def listen() -> None:
            while packet := daemon.recv(65536):
                packets.append(packet.decode())

        listener = Thread(target=listen)
        listener.start()
        header = f"Root={TRACE_ID};Parent={SEGMENT_ID};Sampled=1"
        try:
            yield {"AWS_XRAY_DAEMON_ADDRESS": address, "_X_AMZN_TRACE_ID": header}, packets
        finally:
            daemon.sendto(b"", daemon.getsockname())
            listener.join()


def segments(packets: Sequence[str]) -> list[dict[str, Any]]:
    """Return the subsegments of the packets, those within others too, by the time they began."""
    found: list[dict[str, Any]] = []

    def collect(segment: dict[str, Any], parent: str) -> None:
        found.append(segment | {"parent_id": parent})
        for inner in segment.get("subsegments", []):
            collect(inner, segment["id"])

    for packet in packets:
        segment = json.loads(packet.split("\n", 1)[1])
        collect(segment, segment["parent_id"])
    return sorted(found, key=lambda segment: segment["start_time"])
