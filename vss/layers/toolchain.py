"""The compiler that builds OpenCV: zig, which targets a C library of a chosen version.

The host's own compiler would link against the host's C library, newer than Lambda's. zig, cmake
and ninja come as wheels, pinned by hash; nothing is installed.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vss.layers.runtimes import GLIBC, Runtime
from vss.layers.wheels import download, pinned

PINS = Path(__file__).with_name("toolchain.txt")
TARGET = f"x86_64-linux-gnu.{GLIBC[0]}.{GLIBC[1]}"
PROCESSOR = "x86_64_v2"
"""Instructions every processor of Lambda has; faster ones are chosen at run time."""

# zig's linker knows no such option; the symbols it is to hide are hidden by the version script.
_COMPILER = """#!/bin/sh
for argument in "$@"; do
  shift
  case "$argument" in
    -Wl,--exclude-libs*) ;;
    *) set -- "$@" "$argument" ;;
  esac
done
exec {zig} {tool} -target {target} -mcpu={processor} "$@"
"""
_TOOL = """#!/bin/sh
exec {zig} {tool} "$@"
"""


@dataclass(frozen=True, slots=True)
class Toolchain:
    """Paths of the tools.

    Attributes:
        folder: holds the wrappers ``cc``, ``c++``, ``ar`` and ``ranlib``.
        cmake: generates the build.
        ninja: runs it.
    """

    folder: Path
    cmake: Path
    ninja: Path


def fetch_toolchain(runtime: Runtime, folder: Path, say: Callable[[str], None]) -> Toolchain:
    """Fetch and unpack the tools below ``folder``; what lies there is kept.

    Raises:
        FetchError: pip failed.
    """
    download(pinned(PINS, runtime).values(), ["--only-binary", ":all:"], folder / "wheels", say)
    unpacked = folder / "unpacked"
    for wheel in sorted((folder / "wheels").glob("*.whl")):
        _unpack_tool(wheel, unpacked)
    zig = unpacked / "ziglang" / "zig"
    wrappers = folder / "bin"
    wrappers.mkdir(exist_ok=True)
    for name in ("cc", "c++"):
        script = _COMPILER.format(zig=zig, tool=name, target=TARGET, processor=PROCESSOR)
        _write_script(wrappers / name, script)
    for name in ("ar", "ranlib"):
        _write_script(wrappers / name, _TOOL.format(zig=zig, tool=name))
    (ninja,) = unpacked.glob("ninja-*.data/scripts/ninja")
    return Toolchain(wrappers, unpacked / "cmake" / "data" / "bin" / "cmake", ninja)


def _unpack_tool(wheel: Path, folder: Path) -> None:
    done = folder / f".{wheel.stem}"
    if done.exists():
        return
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            path = Path(archive.extract(entry, folder))
            if (entry.external_attr >> 16) & 0o100:
                path.chmod(0o755)
    done.touch()


def _write_script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
