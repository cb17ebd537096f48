"""The managed runtime a function finds: an interpreter, AWS's runtime client and SDK.

Either this interpreter with what is installed for it, or another version whose packages were
fetched (`vss.local.runtime_packages`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from vss.local.data_plane.errors import DataPlaneError
from vss.local.data_plane.sandbox import RUNTIME, Mount

DISTRIBUTIONS = (
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
"""What Lambda's python runtimes bring along."""

# A process that is not in a sandbox must still die with us, and die at once.
_DIE_WITH_PARENT = "import ctypes, runpy; ctypes.CDLL(None).prctl(1, 9); "
_RUN = "runpy.run_module('awslambdaric', run_name='__main__', alter_sys=True)"


@dataclass(frozen=True, slots=True)
class PythonRuntime:
    """An interpreter and the packages that it brings along.

    Attributes:
        version: ``<major>.<minor>``.
        interpreter: its path, free of any virtual environment.
        prefix: the folder that it needs to run.
        packages: where its packages lie, and where the function sees them.
    """

    version: str
    interpreter: Path
    prefix: Path
    packages: tuple[Mount, ...]

    def command(self, handler: str, isolated: bool) -> list[str]:
        """Return the command that runs ``handler`` until it is killed.

        No ``site``: the interpreter's own site-packages are no part of the runtime.
        """
        if isolated:
            return [str(self.interpreter), "-S", "-m", "awslambdaric", handler]
        return [str(self.interpreter), "-S", "-c", _DIE_WITH_PARENT + _RUN, handler]

    def link_packages(self, folder: Path) -> Path:
        """Make the folder of links that stands for ``/var/runtime`` where there is no sandbox."""
        folder.mkdir(parents=True, exist_ok=True)
        for mount in self.packages:
            link = folder / Path(mount.target).name
            link.unlink(missing_ok=True)
            link.symlink_to(mount.source)
        return folder


def installed_runtime() -> PythonRuntime:
    """Return this interpreter with what is installed for it.

    Raises:
        DataPlaneError: a package of the runtime is not installed.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    path = Path(sys.base_prefix, "bin", f"python{version}")
    interpreter = path if path.exists() else Path(sys.executable).resolve()
    packages = {mount.target: mount for mount in _installed_packages()}
    return PythonRuntime(version, interpreter, Path(sys.base_prefix), tuple(packages.values()))


def fetched_runtime(interpreter: Path, packages: Path) -> PythonRuntime:
    """Return ``<prefix>/bin/python<version>`` with the packages in a folder."""
    mounts = [Mount(path, f"{RUNTIME}/{path.name}") for path in sorted(packages.iterdir())]
    version = interpreter.name.removeprefix("python")
    return PythonRuntime(version, interpreter, interpreter.parent.parent, tuple(mounts))


def _installed_packages() -> Iterator[Mount]:
    for name in DISTRIBUTIONS:
        try:
            found = distribution(name)
        except PackageNotFoundError as error:
            raise DataPlaneError(f"the package {name} is not installed; `make setup`") from error
        for file in found.files or ():
            top = file.parts[0]
            if top in (".", "..", "__pycache__") or top.endswith(".dist-info"):
                continue
            yield Mount(Path(str(found.locate_file(top))), f"{RUNTIME}/{top}")
