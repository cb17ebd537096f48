"""Puts a part together in a folder: our sources, what was fetched, bytecode; always equal bytes."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from vss.layers.bytecode import compile_python
from vss.layers.parts import Part
from vss.layers.wheels import unpack

# Of all files: archives carry times, and the oldest that ZIP can say is 1980.
_TIME = 315_532_800
_NOT_SHIPPED = {"__pycache__", ".pyc"}


def place_of(part: Part) -> tuple[str, str]:
    """Return the folder of a part that holds Python, and where it lies on Lambda."""
    return ("", "/var/task") if part is Part.FUNCTION else ("python", "/opt/python")


def sources(repository: Path, part: Part) -> Iterator[tuple[Path, Path]]:
    """Yield place in the part's Python folder and path of each of our own files."""
    if part is Part.FUNCTION:
        root = repository / "lambda_src"
    else:
        root = repository / "layers" / part / "python"
    for path in sorted(root.rglob("*")):
        if path.is_file() and not {*path.parts, path.suffix} & _NOT_SHIPPED:
            yield path.relative_to(root), path


def assemble(
    folder: Path,
    part: Part,
    repository: Path,
    wheels: Mapping[str, Path],
    modules: Mapping[str, Path],
    interpreter: Path | None,
) -> None:
    """Make a part in ``folder``, which must not exist.

    Args:
        folder: to be made.
        part: which.
        repository: holds our sources.
        wheels: of the distributions in it.
        modules: file name: single files that go beside the packages.
        interpreter: compiles the Python files; None leaves them as they are.
    """
    inside, place = place_of(part)
    root = folder / inside
    root.mkdir(parents=True)
    # Binaries of wheels stay as they are: `strip` breaks those whose dependencies were bundled.
    for name, wheel in sorted(wheels.items()):
        unpack(name, wheel, root)
    for name, module in modules.items():
        shutil.copyfile(module, root / name)
    for relative, path in sources(repository, part):
        (root / relative).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, root / relative)
    if interpreter is not None:
        compile_python(interpreter, root, place)
    _make_equal(folder)


def _make_equal(folder: Path) -> None:
    """Give files and folders the modes and times that they have wherever this is built."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (_TIME, _TIME))
    os.utime(folder, (_TIME, _TIME))


def content_hash(folder: Path) -> str:
    """Return a hash of paths, modes and contents below ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            mode = stat.S_IMODE(path.stat().st_mode)
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(folder)}\0{mode:o}\0{content}\n".encode())
    return digest.hexdigest()


def size(folder: Path) -> int:
    """Return the bytes of all files below ``folder``."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
