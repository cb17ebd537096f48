"""What is measured on: measurements of different machines are never mixed."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def machine() -> str:
    """Return number of cores, architecture and processor of this machine."""
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores {platform.machine()} {_processor()}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown"
