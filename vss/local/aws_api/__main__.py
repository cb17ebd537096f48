"""``python -m vss.local.aws_api``: the emulated AWS APIs in the foreground."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence

from deep_learning.errors import ConfigurationError

from vss.local.aws_api.server import ApiServer, ServerSettings

_KEY = "VSS_LOCAL_ROOT_KEY"
_SECRET = "VSS_LOCAL_ROOT_SECRET"  # noqa: S105 - the name of a variable


def _settings(arguments: Sequence[str]) -> ServerSettings:
    parser = argparse.ArgumentParser(prog="python -m vss.local.aws_api", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="main port; 0 chooses one")
    parser.add_argument("--root-key", default=os.environ.get(_KEY), help=f"or {_KEY}")
    parser.add_argument("--root-secret", default=os.environ.get(_SECRET), help=f"or {_SECRET}")
    parser.add_argument("--idle-minutes", type=float, default=120.0)
    given = parser.parse_args(arguments)
    if not given.root_key or not given.root_secret:
        raise ConfigurationError(f"the root credentials are missing; set {_KEY} and {_SECRET}")
    return ServerSettings(given.port, given.root_key, given.root_secret, given.idle_minutes)


def main(arguments: Sequence[str]) -> int:
    """Run the server until SIGTERM, SIGINT or idleness; return the exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    try:
        server = ApiServer(_settings(arguments))
    except (ConfigurationError, OSError) as error:
        print(f"vss.local.aws_api: {error}", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    server.run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
