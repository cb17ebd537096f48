"""Builds all parts for a runtime: cached by a hash of what goes in, one build at a time.

``build/layers/<runtime>/`` holds a folder for each part and ``build.json``. What was fetched and
compiled for it lies below ``build/layers/cache``: an interrupted build goes on where it was.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from deep_learning.errors import ConfigurationError, SurveillanceError

from vss.layers import opencv
from vss.layers.assembly import assemble, content_hash, size, sources
from vss.layers.contents import DISTRIBUTIONS, LEFT_OUT
from vss.layers.elf import binaries, check
from vss.layers.parts import BUDGETS, Part
from vss.layers.runtimes import Runtime, check_host
from vss.layers.wheels import fetch_wheels, pinned
from vss.paths import REPOSITORY

FOLDER = REPOSITORY / "build" / "layers"
_BUILDER = Path(__file__).parent
_NOTE = "build.json"

Say = Callable[[str], None]


class BudgetError(SurveillanceError):
    """A part is larger than it may be."""


@dataclass(frozen=True, slots=True)
class BuiltPart:
    """A part that was built.

    Attributes:
        sha256: of paths, modes and contents.
        bytes: unzipped.
    """

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Build:
    """All parts for a runtime.

    Attributes:
        folder: holds a folder for each part.
        runtime: by its name.
        inputs: hash of all that went in.
        compiled: whether Python files are compiled ahead.
        parts: by name.
    """

    folder: Path
    runtime: str
    inputs: str
    compiled: bool
    parts: Mapping[Part, BuiltPart]

    def path(self, part: Part) -> Path:
        """Return the folder of a part."""
        return self.folder / part


@dataclass(frozen=True, slots=True)
class Place:
    """Where is built from and to.

    Attributes:
        repository: holds sources and requirements.
        folder: for the results and what is kept between builds.
    """

    repository: Path = REPOSITORY
    folder: Path = FOLDER

    def requirements(self, part: Part) -> Path:
        """Return the pinned requirements of a layer."""
        return self.repository / "layers" / part / "requirements.txt"


def build(runtime: Runtime, place: Place, force: bool, say: Say) -> Build:
    """Build what is not built already.

    Args:
        runtime: what for.
        place: where.
        force: build again what has been built of the same inputs.
        say: told what is going on.

    Raises:
        ConfigurationError: this machine cannot build, or nobody has decided about a distribution.
        FetchError: something could not be fetched.
        OpenCvError: OpenCV could not be built.
        CompileError: a Python file is not valid.
        BinaryError: something would not load on Lambda.
        BudgetError: a part is too large.
    """
    check_host(platform.system(), platform.machine())
    for part in DISTRIBUTIONS:
        check_decided(place.requirements(part), part, runtime)
    with _alone(place.folder, say):
        done = None if force else current(runtime, place)
        return done or _build(runtime, place, say)


def check_decided(requirements: Path, part: Part, runtime: Runtime) -> None:
    """Check that every distribution of a layer is either taken or left out on purpose.

    Raises:
        ConfigurationError: one is neither.
    """
    undecided = pinned(requirements, runtime).keys() - DISTRIBUTIONS[part] - LEFT_OUT.keys()
    if undecided:
        raise ConfigurationError(
            f"{requirements} names {', '.join(sorted(undecided))}, and vss/layers/contents.py "
            "does not say whether that goes into the layer"
        )


def current(runtime: Runtime, place: Place) -> Build | None:
    """Return what is built of the present inputs, None where it is missing or out of date."""
    folder = place.folder / runtime.name
    try:
        note = json.loads((folder / _NOTE).read_text())
    except (OSError, json.JSONDecodeError):
        return None
    if note["inputs"] != inputs_hash(runtime, place):
        return None
    parts = {Part(name): BuiltPart(**built) for name, built in note["parts"].items()}
    return Build(folder, runtime.name, note["inputs"], note["compiled"], parts)


def inputs_hash(runtime: Runtime, place: Place) -> str:
    """Return a hash of runtime, recipes, pins and our sources."""
    interpreter = runtime.interpreter()
    digest = hashlib.sha256(f"{runtime.name} {interpreter is not None}".encode())
    recipes = [*sorted(_BUILDER.glob("*.py")), *sorted(_BUILDER.glob("*.txt"))]
    for path in (*recipes, *(place.requirements(part) for part in DISTRIBUTIONS)):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for part in Part:
        for relative, path in sources(place.repository, part):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{part}\0{relative}\0{content}\n".encode())
    return digest.hexdigest()


def _build(runtime: Runtime, place: Place, say: Say) -> Build:
    inputs, interpreter = inputs_hash(runtime, place), runtime.interpreter()
    cache = place.folder / "cache"
    wheels = {
        part: fetch_wheels(place.requirements(part), names, runtime, cache / "wheels", say)
        for part, names in DISTRIBUTIONS.items()
    }
    cv2 = opencv.build_opencv(place.requirements(Part.DEEP_LEARNING), runtime, cache, say)
    modules = {Part.DEEP_LEARNING: {opencv.MODULE: cv2}}
    place.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.folder, prefix=f".{runtime.name}-") as temporary:
        staged = Path(temporary) / runtime.name
        parts = {}
        for part in Part:
            say(f"putting {part} together")
            folder = staged / part
            assemble(
                folder,
                part,
                place.repository,
                wheels.get(part, {}),
                modules.get(part, {}),
                interpreter,
            )
            parts[part] = BuiltPart(content_hash(folder), size(folder))
        say("checking binaries and sizes")
        check(list(binaries(staged)), staged)
        check_budgets(parts)
        note = {
            "inputs": inputs,
            "compiled": interpreter is not None,
            "parts": {part: asdict(built) for part, built in parts.items()},
        }
        (staged / _NOTE).write_text(json.dumps(note, indent=1) + "\n")
        target = place.folder / runtime.name
        shutil.rmtree(target, ignore_errors=True)
        staged.rename(target)
    return Build(target, runtime.name, inputs, interpreter is not None, parts)


def check_budgets(parts: Mapping[Part, BuiltPart]) -> None:
    """Check the size of each part.

    Raises:
        BudgetError: one is over its budget.
    """
    over = [
        f"{part} has {built.bytes:,} bytes, its budget is {BUDGETS[part]:,}"
        for part, built in parts.items()
        if built.bytes > BUDGETS[part]
    ]
    if over:
        raise BudgetError("; ".join(over))


@contextmanager
def _alone(folder: Path, say: Say) -> Iterator[None]:
    """Let one process build at a time; another waits and then finds it done."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another process builds; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
