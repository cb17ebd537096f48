"""Ceph's RADOS gateway on this machine: a monitor, a store in memory, a gateway, on loopback.

From Debian's packages (see ``make test-ceph``). All of it lies in one folder. Each process is ended
by its id, and by the kernel should this one be killed.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROGRAMS = (
    "ceph",
    "ceph-mon",
    "ceph-osd",
    "monmaptool",
    "radosgw",
    "radosgw-admin",
    "setpriv",
)
_START_S = 180.0
_CALL_S = 180.0


class GatewayFailed(Exception):
    """A part of Ceph did not start; the end of its log is in the message."""


def missing_programs() -> list[str]:
    """Return what is not installed."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


@contextmanager
def rados_gateway(folder: Path, access_key: str, secret_key: str) -> Iterator[str]:
    """Start Ceph below ``folder``, with one user; yield the endpoint.

    Raises:
        GatewayFailed: something of it did not start.
    """
    with ExitStack() as parts:
        ceph = _Ceph(folder, parts)
        ceph.start_monitor()
        ceph.start_store()
        yield ceph.start_gateway(access_key, secret_key)


class _Ceph:
    """The parts of one cluster."""

    def __init__(self, folder: Path, parts: ExitStack) -> None:
        self._folder = folder
        self._parts = parts
        self._cluster = str(uuid.uuid4())
        self._monitor_port = _free_port()
        self._configuration = folder / "ceph.conf"
        for name in ("run", "mon", "osd", "log"):
            (folder / name).mkdir(parents=True)
        lines = [f"{name} = {value}" for name, value in self._settings().items()]
        self._configuration.write_text("\n".join(["[global]", *lines, ""]))

    def _settings(self) -> dict[str, object]:
        return {
            "fsid": self._cluster,
            # Loopback alone reaches it, for the length of a test.
            "auth cluster required": "none",
            "auth service required": "none",
            "auth client required": "none",
            # The gateway's own default, "secure", leaves no way to talk without keys.
            "ms mon client mode": "crc",
            "mon host": f"v2:127.0.0.1:{self._monitor_port}/0",
            "public addr": "127.0.0.1",
            "cluster addr": "127.0.0.1",
            "mon data": self._folder / "mon",
            "osd data": self._folder / "osd",
            "run dir": self._folder / "run",
            "admin socket": f"{self._folder}/run/$name.sock",
            "log file": f"{self._folder}/log/$name.log",
            "mon cluster log file": f"{self._folder}/log/cluster.log",
            "osd objectstore": "memstore",
            "memstore device bytes": 1 << 30,
            "osd pool default size": 1,
            "osd pool default min size": 1,
            "osd pool default pg num": 8,
            "osd crush chooseleaf type": 0,
            "mon allow pool size one": "true",
            "mon data avail crit": 0,
            "rgw thread pool size": 16,
        }

    def start_monitor(self) -> None:
        monitors = str(self._folder / "monmap")
        address = f"[v2:127.0.0.1:{self._monitor_port}/0]"
        _run("monmaptool", "--create", "--fsid", self._cluster, "--addv", "a", address, monitors)
        _run(*self._program("ceph-mon"), "--mkfs", "-i", "a", "--monmap", monitors)
        status = *self._program("ceph"), "--connect-timeout", "2", "mon", "stat"
        self._start("mon.a", ("ceph-mon", "-i", "a"), lambda: _printed(*status) is not None)

    def start_store(self) -> None:
        identity = str(uuid.uuid4())
        _run(*self._program("ceph"), "osd", "new", identity)
        _run(*self._program("ceph-osd"), "--mkfs", "-i", "0", "--osd-uuid", identity)
        status = *self._program("ceph"), "osd", "stat"
        self._start("osd.0", ("ceph-osd", "-i", "0"), lambda: "1 up" in (_printed(*status) or ""))

    def start_gateway(self, access_key: str, secret_key: str) -> str:
        user = {
            "--uid": "edge",
            "--display-name": "edge",
            "--access-key": access_key,
            "--secret-key": secret_key,
        }
        options = [text for pair in user.items() for text in pair]
        _run(*self._program("radosgw-admin"), "user", "create", *options)
        address = f"127.0.0.1:{_free_port()}"
        command = "radosgw", "-n", "client.rgw", f"--rgw-frontends=beast endpoint={address}"
        self._start("client.rgw", command, lambda: _answers(f"http://{address}"))
        return f"http://{address}"

    def _program(self, name: str) -> tuple[str, ...]:
        return name, "-c", str(self._configuration)

    def _start(self, name: str, command: tuple[str, ...], is_ready: Callable[[], bool]) -> None:
        """Start a part in the background and wait until it works."""
        program, *options = command
        output = self._folder / "log" / f"{name}.out"
        process = self._parts.enter_context(
            _background((*self._program(program), "-f", *options), output)
        )
        until_s = time.monotonic() + _START_S
        while not is_ready():
            if process.poll() is not None or time.monotonic() > until_s:
                raise GatewayFailed(f"{name} did not start: {self._log(name)}")
            time.sleep(0.2)

    def _log(self, name: str) -> str:
        files = [self._folder / "log" / f"{name}{suffix}" for suffix in (".out", ".log")]
        return "\n".join(path.read_text()[-2000:] for path in files if path.exists())


def _run(*command: str) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=_CALL_S, env=_environment()
    )
    if done.returncode:
        raise GatewayFailed(f"{' '.join(command[:4])} …: {done.stderr[-2000:]}")


def _printed(*command: str) -> str | None:
    """Return what a command printed; None where it did not end well."""
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=_CALL_S, env=_environment()
    )
    return None if done.returncode else done.stdout


@contextmanager
def _background(command: tuple[str, ...], output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in the background; end it, by its process id, with the block."""
    with output.open("wb") as file:
        process = subprocess.Popen(
            ("setpriv", "--pdeathsig", "KILL", *command),
            stdout=file,
            stderr=file,
            env=_environment(),
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment() -> dict[str, str]:
    """Return this process's environment without what people set for their own clusters."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CEPH_")}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _answers(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(endpoint, timeout=2):  # noqa: S310 (our own, on loopback)
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except OSError:
        return False
