"""The managed runtime a function finds: AWS's runtime client and SDK, run by this interpreter."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from vss.local.data_plane.errors import DataPlaneError
from vss.local.data_plane.sandbox import RUNTIME, Mount

# What Lambda's python runtimes bring along.
_DISTRIBUTIONS = (
    "awslambdaric",
    "simplejson",
    "snapshot-restore-py",
    "boto3",
    "botocore",
    "s3transfer",
    "jmespath",
    "python-dateutil",
    "six",
    "urllib3",
)
# A process that is not in a sandbox must still die with us, and die at once.
_DIE_WITH_PARENT = "import ctypes, runpy; ctypes.CDLL(None).prctl(1, 9); "
_RUN = "runpy.run_module('awslambdaric', run_name='__main__', alter_sys=True)"


def interpreter() -> str:
    """Return the path of the Python interpreter, free of any virtual environment."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    path = Path(sys.base_prefix, "bin", version)
    return str(path if path.exists() else Path(sys.executable).resolve())


def command(handler: str, isolated: bool) -> list[str]:
    """Return the command that runs ``handler`` until it is killed.

    No ``site``: the interpreter's own site-packages are no part of the runtime.
    """
    if isolated:
        return [interpreter(), "-S", "-m", "awslambdaric", handler]
    return [interpreter(), "-S", "-c", _DIE_WITH_PARENT + _RUN, handler]


def runtime_mounts() -> tuple[Mount, ...]:
    """Return where the packages of the runtime lie, and where the function sees them.

    Raises:
        DataPlaneError: one of them is not installed.
    """
    mounts: dict[str, Mount] = {}
    for name in _DISTRIBUTIONS:
        try:
            found = distribution(name)
        except PackageNotFoundError as error:
            raise DataPlaneError(f"the package {name} is not installed; `make setup`") from error
        for file in found.files or ():
            top = file.parts[0]
            if top in (".", "..", "__pycache__") or top.endswith(".dist-info"):
                continue
            mounts[top] = Mount(Path(str(found.locate_file(top))), f"{RUNTIME}/{top}")
    return tuple(mounts.values())


def link_runtime(mounts: Iterable[Mount], folder: Path) -> Path:
    """Make the folder of links that stands for ``/var/runtime`` where there is no sandbox."""
    folder.mkdir(parents=True, exist_ok=True)
    for mount in mounts:
        link = folder / Path(mount.target).name
        link.unlink(missing_ok=True)
        link.symlink_to(mount.source)
    return folder
