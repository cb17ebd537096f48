"""Compiles Python files ahead: layers are read-only, so Lambda would compile at every start."""

from __future__ import annotations

import subprocess
from pathlib import Path

from deep_learning.errors import SurveillanceError

# Not checked against the sources, which cannot change there. One process, in the order of names:
# what is compiled in one go decides which constants are shared, hence the bytes.
_CODE = """
import compileall, py_compile, sys
folder, place = sys.argv[1:]
done = compileall.compile_dir(
    folder,
    maxlevels=40,
    ddir=place,
    quiet=1,
    workers=1,
    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
)
sys.exit(not done)
"""


class CompileError(SurveillanceError):
    """A Python file could not be compiled."""


def compile_python(interpreter: Path, folder: Path, place: str) -> None:
    """Write ``__pycache__`` folders beside all Python files below ``folder``.

    Args:
        interpreter: of the version that will run them.
        folder: with the files.
        place: where they will lie, as tracebacks name it.

    Raises:
        CompileError: a file is no valid Python of that version.
    """
    command = [str(interpreter), "-I", "-S", "-c", _CODE, str(folder), place]
    variables = {"PYTHONHASHSEED": "0"}
    done = subprocess.run(  # noqa: S603 (an interpreter of this machine)
        command, env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CompileError(f"{folder}: {(done.stdout + done.stderr)[-2000:]}")
