"""Fetches distributions for the target by pip, verified against the hashes in the requirements."""

from __future__ import annotations

import hashlib
import os
import sys
import zipfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path, PurePosixPath

from deep_learning.errors import SurveillanceError
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from vss.commands import run_command
from vss.layers.contents import goes_in
from vss.layers.runtimes import Runtime, platform_tags

Say = Callable[[str], None]


class FetchError(SurveillanceError):
    """A distribution could not be fetched."""


def fetch_wheels(
    requirements: Path, names: Collection[str], runtime: Runtime, folder: Path, say: Say
) -> dict[str, Path]:
    """Fetch the wheels of ``names`` for ``runtime``, unless they were fetched before.

    Args:
        requirements: pins them by hash.
        names: normalised.
        runtime: that they are to run on.
        folder: with a folder for each set of pins and each runtime.
        say: told what pip says.

    Returns:
        Distribution name: path of its wheel.

    Raises:
        FetchError: pip failed, or a distribution has no wheel for the runtime.
    """
    folder = folder / f"{runtime.name}-{pins_hash(requirements)}"
    if (found := _wheels_in(folder, names)) is not None:
        return found
    wanted = pinned(requirements, runtime)
    lines = [wanted[name] for name in sorted(names)]
    target = ["--only-binary", ":all:", "--implementation", "cp"]
    target += ["--python-version", runtime.version]
    for abi in (f"cp{runtime.major}{runtime.minor}", "abi3", "none"):
        target += ["--abi", abi]
    for tag in platform_tags():
        target += ["--platform", tag]
    download(lines, target, folder, say)
    if (found := _wheels_in(folder, names)) is None:
        raise FetchError(f"pip has not left a wheel of each of {', '.join(sorted(names))}")
    return found


def pins_hash(requirements: Path) -> str:
    """Return a short hash of pinned requirements."""
    return hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]


def _wheels_in(folder: Path, names: Collection[str]) -> dict[str, Path] | None:
    """Return the wheels, None where one is missing; pip puts them there once they are verified."""
    wheels = {
        str(canonicalize_name(path.name.split("-")[0])): path for path in folder.glob("*.whl")
    }
    return {name: wheels[name] for name in names} if set(names) <= wheels.keys() else None


def fetch_sources(requirements: Path, name: str, runtime: Runtime, folder: Path, say: Say) -> Path:
    """Fetch the source distribution of ``name``.

    Raises:
        FetchError: pip failed, or there is none.
    """
    line = pinned(requirements, runtime)[name]
    download([line], ["--no-binary", name], folder, say)
    found = sorted(folder.glob(f"{name.replace('-', '_')}-*.tar.gz"))
    if not found:
        raise FetchError(f"pip has fetched no source distribution of {name} into {folder}")
    return found[-1]


def pinned(requirements: Path, runtime: Runtime) -> dict[str, str]:
    """Return name: pinned requirement with its hashes, of those that apply to ``runtime``."""
    environment = {
        "python_version": runtime.version,
        "python_full_version": f"{runtime.version}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    wanted = {}
    for line in _logical_lines(requirements.read_text("utf-8")):
        requirement = Requirement(line.split(" --hash=")[0])
        if requirement.marker is None or requirement.marker.evaluate(environment):
            # pip would evaluate the marker for the Python it runs in.
            hashes = [part for part in line.split() if part.startswith("--hash=")]
            pin = f"{requirement.name}{requirement.specifier}"
            wanted[canonicalize_name(requirement.name)] = " ".join([pin, *hashes])
    return {str(name): line for name, line in wanted.items()}


def _logical_lines(text: str) -> Iterator[str]:
    for line in text.replace("\\\n", " ").splitlines():
        content = line.split(" #")[0].strip()
        if content and not content.startswith("#"):
            yield " ".join(content.split())


def download(lines: Collection[str], options: Collection[str], folder: Path, say: Say) -> None:
    """Let pip fetch pinned requirements, each with its hashes, without what they depend on.

    Raises:
        FetchError: it failed; the end of what it printed is in the error.
    """
    folder.mkdir(parents=True, exist_ok=True)
    listed = folder / "requirements.txt"
    listed.write_text("".join(f"{line}\n" for line in lines))
    command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check"]
    command += ["--no-input", "--progress-bar", "off", "--no-deps", "--require-hashes"]
    command += [*options, "--dest", str(folder), "--requirement", str(listed)]
    run_command(command, os.environ, say, FetchError)


def unpack(name: str, wheel: Path, folder: Path) -> None:
    """Unpack what of a wheel goes into a layer."""
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            path = _installed(entry.filename)
            if path is None or entry.is_dir() or not goes_in(name, path):
                continue
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(entry))


def _installed(path: str) -> str | None:
    """Return where an installer would put a file, None for scripts and headers."""
    first, *rest = PurePosixPath(path).parts
    if not first.endswith(".data"):
        return path
    return "/".join(rest[1:]) if rest[0] in ("purelib", "platlib") else None
