"""Checks that every binary in a layer loads on Lambda: its libraries, and how new they must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deep_learning.errors import SurveillanceError
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from vss.layers.runtimes import GLIBC

NEWEST = {"GLIBC": GLIBC, "GLIBCXX": (3, 4, 29), "CXXABI": (1, 3, 13), "GCC": (11, 0, 0)}
"""Newest symbol versions that Amazon Linux 2023 has (glibc 2.34, GCC 11)."""

SYSTEM_LIBRARIES = frozenset(
    {
        *("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1"),
        *("libutil.so.1", "ld-linux-x86-64.so.2", "libgcc_s.so.1", "libstdc++.so.6"),
        "libz.so.1",
    }
)
_MAGIC = b"\x7fELF"


class BinaryError(SurveillanceError):
    """A binary would not load on Lambda."""


@dataclass(frozen=True, slots=True)
class Binary:
    """What a shared library asks for.

    Attributes:
        path: of the file.
        libraries: it is linked to.
        versions: of symbols that it needs, as ``GLIBC_2.34``.
    """

    path: Path
    libraries: tuple[str, ...]
    versions: tuple[str, ...]


def binaries(folder: Path) -> Iterator[Binary]:
    """Read every ELF file below ``folder``."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == _MAGIC:
                    yield read(path)


def read(path: Path) -> Binary:
    """Read an ELF file."""
    libraries: list[str] = []
    versions: list[str] = []
    with path.open("rb") as file:
        for section in ELFFile(file).iter_sections():
            if isinstance(section, DynamicSection):
                # The reader sets the attribute by the tag's kind.
                libraries += [
                    tag.needed  # type: ignore[attr-defined]
                    for tag in section.iter_tags("DT_NEEDED")
                ]
            elif isinstance(section, GNUVerNeedSection):
                for _, needed in section.iter_versions():
                    versions += [version.name for version in needed]
    return Binary(path, tuple(libraries), tuple(versions))


def check(found: list[Binary], folder: Path) -> None:
    """Check all binaries of the layers below ``folder``.

    Raises:
        BinaryError: one needs a library or a version that is not there; all are named.
    """
    shipped = {binary.path.name for binary in found}
    problems = [
        f"{binary.path.relative_to(folder)} {problem}"
        for binary in found
        for problem in _problems(binary, shipped)
    ]
    if problems:
        raise BinaryError("these would not load on Lambda:\n" + "\n".join(problems))


def _problems(binary: Binary, shipped: set[str]) -> Iterator[str]:
    for library in binary.libraries:
        if library not in shipped | SYSTEM_LIBRARIES:
            yield f"is linked to {library}, which is neither in a layer nor on Lambda"
    for version in binary.versions:
        family, number = parse(version)
        if family in NEWEST and number > NEWEST[family]:
            newest = ".".join(map(str, NEWEST[family]))
            yield f"needs {version}; Lambda has up to {family}_{newest}"


def parse(version: str) -> tuple[str, tuple[int, ...]]:
    """Return family and number of ``GLIBC_2.34``; an empty number where there is none."""
    found = re.fullmatch(r"([A-Z]+)_([\d.]+)", version)
    if found is None:
        return version, ()
    return found[1], tuple(int(part) for part in found[2].split("."))
