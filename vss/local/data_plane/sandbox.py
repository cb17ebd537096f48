"""The file system a function sees, made by bubblewrap, and what of it this machine can enforce."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vss.local.data_plane.cgroup import ControlGroup, Limits
from vss.local.data_plane.network import HostNetwork, Network, NetworkNamespace

TASK, LAYERS, RUNTIME, HOST_PACKAGES = "/var/task", "/opt", "/var/runtime", "/var/host-packages"
# Lambda's sbx_user1051.
_USER = 993
_SYSTEM = (
    "/usr",
    "/bin",
    "/lib",
    "/lib64",
    "/etc/ssl/certs",
    "/etc/ld.so.cache",
    # Libraries size their thread pools by it.
    "/sys/devices/system/cpu",
)
# Lambda's users: Python looks the home folder of its user up there.
_USERS = Path(__file__).with_name("passwd")
_TRIAL_S = 10.0


@dataclass(frozen=True, slots=True)
class Mount:
    """A file or folder of this machine that the function can read.

    Attributes:
        source: where it is.
        target: where the function sees it.
    """

    source: Path
    target: str


@dataclass(frozen=True, slots=True)
class Enforcement:
    """What keeps a function within its bounds on this machine.

    Attributes:
        isolated: own file system, network, process and IPC namespaces.
        limited: memory, CPU and number of processes.
        missing: why something is not enforced; empty where all is.
    """

    isolated: bool
    limited: bool
    missing: str = ""

    def describe(self) -> dict[str, str]:
        """Return what is enforced and how, for people."""
        apart = "enforced" if self.isolated else f"not enforced ({self.missing})"
        limits = "enforced" if self.limited else f"not enforced ({self.missing})"
        return {
            "file system, network, processes": apart,
            "memory limit, CPU share, number of processes": limits,
        }

    def network(self) -> Network:
        """Return a network for one environment."""
        return NetworkNamespace() if self.isolated else HostNetwork()


def detect(wanted: bool) -> Enforcement:
    """Try what this machine allows; nothing is tried where it is not wanted."""
    if not wanted:
        return Enforcement(isolated=False, limited=False, missing="--no-sandbox")
    apart, limits = _isolation_problem(), _limits_problem()
    missing = "; ".join(dict.fromkeys(problem for problem in (apart, limits) if problem))
    return Enforcement(not apart, not limits, missing)


def _isolation_problem() -> str:
    if shutil.which("bwrap") is None:
        return "bubblewrap (bwrap) is not installed"
    try:
        network = NetworkNamespace()
    except OSError as error:
        return f"{error.strerror or error}; needs root"
    prefix = Path(sys.base_prefix)
    command = [*bubblewrap([], storage_mb=1, prefix=prefix), "/usr/bin/true"]
    try:
        trial = network.run(
            lambda: subprocess.run(  # noqa: S603 - a fixed command
                command, capture_output=True, text=True, timeout=_TRIAL_S, check=False
            )
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap: {error}"
    finally:
        network.close()
    return "" if trial.returncode == 0 else f"bubblewrap: {trial.stderr.strip()[-200:]}"


def _limits_problem() -> str:
    try:
        ControlGroup.create(f"{os.getpid()}-trial", Limits(memory_mb=128)).remove()
    except OSError as error:
        return f"control groups: {error.strerror or error}; needs root"
    return ""


def bubblewrap(mounts: Sequence[Mount], storage_mb: int, prefix: Path) -> list[str]:
    """Return the beginning of a command that runs with the mounts and little else.

    ``prefix`` is that of the interpreter, seen without its site-packages. Everything is read-only
    but ``/tmp``, a memory file system of ``storage_mb``. The processes have their own process ids,
    IPC and host name, no capabilities, and die with the caller.
    """
    command = ["bwrap", "--unshare-user", "--uid", str(_USER), "--gid", str(_USER)]
    command += ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", "localhost"]
    command += ["--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    for path in (*_SYSTEM, str(prefix)):
        command += _system_mount(path)
    for packages in _site_packages(prefix):
        command += ["--tmpfs", str(packages), "--remount-ro", str(packages)]
    command += ["--ro-bind", str(_USERS), "/etc/passwd"]
    command += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
    command += ["--dir", TASK, "--dir", LAYERS, "--dir", RUNTIME]
    for mount in mounts:
        command += ["--ro-bind", str(mount.source), mount.target]
    command += ["--perms", "0700", "--size", str(storage_mb << 20), "--tmpfs", "/tmp"]  # noqa: S108
    return [*command, "--remount-ro", "/", "--chdir", TASK]


def _site_packages(prefix: Path) -> Iterator[Path]:
    """Yield where packages were installed for the host's own use."""
    for folder in (prefix / "lib", Path("/usr/lib"), Path("/usr/local/lib")):
        for name in ("site-packages", "dist-packages"):
            yield from (path for path in folder.glob(f"python3*/{name}") if path.is_dir())


def _system_mount(path: str) -> list[str]:
    with suppress(OSError):
        return ["--symlink", str(Path(path).readlink()), path]
    return ["--ro-bind", path, path] if Path(path).exists() else []


def without_opt(environment: Mapping[str, str], layers: Path) -> dict[str, str]:
    """Return the variables with ``/opt`` replaced by the folder the layers lie in."""
    return {
        name: ":".join(_relocated(part, layers) for part in value.split(":"))
        for name, value in environment.items()
    }


def _relocated(path: str, layers: Path) -> str:
    if path == LAYERS or path.startswith(f"{LAYERS}/"):
        return f"{layers}{path.removeprefix(LAYERS)}"
    return path
