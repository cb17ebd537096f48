"""What Lambda's Python runtime brings along, for another Python than this one."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

from vss.layers.runtimes import Runtime
from vss.layers.wheels import fetch_wheels, pins_hash
from vss.local.data_plane.python_runtime import DISTRIBUTIONS
from vss.paths import REPOSITORY

REQUIREMENTS = REPOSITORY / "requirements.txt"


def fetch_runtime_packages(runtime: Runtime, folder: Path, say: Callable[[str], None]) -> Path:
    """Return the folder with AWS's runtime client and SDK for ``runtime``; what lies there is kept.

    Raises:
        FetchError: a package could not be fetched.
    """
    target = folder / f"{runtime.name}-{pins_hash(REQUIREMENTS)}"
    if target.exists():
        return target
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    wheels = fetch_wheels(REQUIREMENTS, DISTRIBUTIONS, runtime, folder / "wheels", say)
    for wheel in wheels.values():
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(part)
    part.rename(target)
    return target
