"""The Lambda runtimes that layers can be built for."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deep_learning.errors import ConfigurationError

DEFAULT = "python3.13"
LAMBDA = ("python3.12", "python3.13", "python3.14")
"""The managed runtimes of Lambda on Amazon Linux 2023."""

MACHINE = "x86_64"
GLIBC = (2, 34)
"""The C library of Amazon Linux 2023: what needs a newer one does not load there."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """A Python that runs functions.

    Attributes:
        major: of its version.
        minor: of its version.
    """

    major: int
    minor: int

    @classmethod
    def named(cls, name: str) -> Self:
        """Return the runtime ``python<major>.<minor>``.

        Raises:
            ConfigurationError: it is neither a managed runtime nor this machine's Python.
        """
        here = f"python{sys.version_info.major}.{sys.version_info.minor}"
        allowed = sorted({*LAMBDA, here})
        found = re.fullmatch(r"python(\d+)\.(\d+)", name)
        if found is None or name not in allowed:
            raise ConfigurationError(
                f"runtime {name!r} is unknown; allowed: {', '.join(LAMBDA)}"
                f" and, for this machine alone, {here}"
            )
        return cls(int(found[1]), int(found[2]))

    @property
    def name(self) -> str:
        """As Lambda writes it."""
        return f"python{self.version}"

    @property
    def version(self) -> str:
        """``<major>.<minor>``."""
        return f"{self.major}.{self.minor}"

    def interpreter(self) -> Path | None:
        """Return an interpreter of this version on this machine, None where there is none."""
        return next((path for path in self._candidates() if self._runs(path)), None)

    def _candidates(self) -> Iterator[Path]:
        yield Path(sys.base_prefix, "bin", self.name)
        for folder in sorted(Path.home().glob(f".pyenv/versions/{self.version}.*"), reverse=True):
            yield folder / "bin" / self.name
        if found := shutil.which(self.name):
            yield Path(found)

    def _runs(self, path: Path) -> bool:
        if not path.exists():
            return False
        code = "import sys; print(*sys.version_info[:2], sep='.')"
        command = [str(path), "-I", "-S", "-c", code]
        try:
            answer = subprocess.run(command, capture_output=True, text=True, timeout=20)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired):
            return False
        return answer.stdout.strip() == self.version


def platform_tags() -> list[str]:
    """Return the tags of wheels that run on Lambda, the newest first (PEP 600 and before)."""
    _, newest = GLIBC
    tags = [f"manylinux_2_{minor}_{MACHINE}" for minor in range(newest, 4, -1)]
    return [*tags, *(f"manylinux{year}_{MACHINE}" for year in ("2014", "2010", "1"))]


def check_host(system: str, machine: str) -> None:
    """Check that a machine can build.

    Raises:
        ConfigurationError: it cannot; the message says what to do.
    """
    if (system, machine) != ("Linux", MACHINE):
        raise ConfigurationError(
            f"layers are built on Linux {MACHINE}, this is {system} {machine}; build on such a "
            "machine (a CI runner or AWS CloudShell will do) and deploy from there"
        )
