"""A runner as a process of its own, to be killed: python -m tests.edge_process CONFIGURATION."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from tests.edge_site import services
from vss.continuum.edge.runner import EdgeRunner
from vss.continuum.edge.settings import RunnerSettings


def main() -> None:
    """Run until idle, or until ended."""
    given = json.loads(Path(sys.argv[1]).read_text())
    found = services(given["script"], given["local"], given["cloud"], **given["fields"])
    settings = RunnerSettings(state=Path(given["state"]), **given["settings"])
    runner = EdgeRunner(found, settings, os.environ, lambda line: print(line, flush=True))
    signal.signal(signal.SIGTERM, lambda *_: runner.stop())
    runner.run(until_idle=True)
    runner.close()


if __name__ == "__main__":
    main()
