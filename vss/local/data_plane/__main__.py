"""``python -m vss.local.data_plane``: run the functions until SIGTERM or the local AWS is gone."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from deep_learning.errors import SurveillanceError

from vss.local.data_plane.errors import DataPlaneError
from vss.local.data_plane.lifetime import accepts_connections, wait_for_end
from vss.local.data_plane.python_runtime import (
    PythonRuntime,
    fetched_runtime,
    installed_runtime,
)
from vss.local.data_plane.sandbox import detect
from vss.local.data_plane.service import DataPlane, Settings


def main() -> int:
    """Run until told to end, or alone; return the exit status."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    arguments = _arguments()
    try:
        enforcement = detect(wanted=arguments.sandbox)
        data_plane = DataPlane(_settings(arguments), enforcement)
    except SurveillanceError as error:
        print(f"The functions cannot be run: {error}", file=sys.stderr)
        return 1
    data_plane.start()
    print(json.dumps({"ready": True, "sandbox": enforcement.describe()}), flush=True)
    if not wait_for_end(ending, lambda: accepts_connections(arguments.endpoint)):
        logging.warning("the local AWS at %s is gone: ending", arguments.endpoint)
    data_plane.close()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m vss.local.data_plane", description=__doc__)
    parser.add_argument("--endpoint", required=True, help="http://127.0.0.1:<port> of the APIs")
    parser.add_argument("--folder", required=True, type=Path, help="for logs and unpacked code")
    parser.add_argument("--host-packages", type=Path, help="third-party packages layers lack")
    parser.add_argument("--interpreter", type=Path, help="<prefix>/bin/python<version>, not ours")
    parser.add_argument("--runtime-packages", type=Path, help="AWS's own packages for it")
    parser.add_argument("--sandbox", action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args()


def _settings(arguments: argparse.Namespace) -> Settings:
    # The user's own AWS profile has no say here.
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        os.environ.pop(name, None)
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    try:
        key_id, secret = os.environ["VSS_LOCAL_ROOT_KEY"], os.environ["VSS_LOCAL_ROOT_SECRET"]
    except KeyError as error:
        raise DataPlaneError(f"environment variable {error} is not set") from error
    packages = arguments.host_packages
    return Settings(
        arguments.endpoint,
        key_id,
        secret,
        arguments.folder.resolve(),
        None if packages is None else packages.resolve(),
        _runtime(arguments),
    )


def _runtime(arguments: argparse.Namespace) -> PythonRuntime:
    if arguments.interpreter is None:
        return installed_runtime()
    return fetched_runtime(arguments.interpreter, arguments.runtime_packages.resolve())


if __name__ == "__main__":
    sys.exit(main())
