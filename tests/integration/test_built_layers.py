"""The packages as Lambda gets them: they fit, they load there, and they analyse by themselves.

Built for this Python everywhere, and for Lambda's where it is on this machine. The first build of
a checkout compiles OpenCV, which takes minutes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from model_assets.training.day import frames
from vss.layers.build import Build, Place, build
from vss.layers.elf import binaries, parse
from vss.layers.parts import BUDGETS, TOTAL_BYTES, Part
from vss.layers.report import network_bytes
from vss.layers.runtimes import DEFAULT, GLIBC, Runtime
from vss.local.data_plane.sandbox import LAYERS, TASK, Mount, bubblewrap, detect
from vss.paths import REPOSITORY

HERE = f"python{sys.version_info.major}.{sys.version_info.minor}"
ANALYSE = """
import json, sys
from contextlib import nullcontext
from pathlib import Path
import surveillance.parts
from deep_learning.catalogue import Catalogue
from deep_learning.runtime import Runtime
from high_level_algorithms.identification import Gallery
from high_level_algorithms.pipeline import Pipeline, PipelineSettings

class Stages:
    def stage(self, name):
        return nullcontext()

catalogue = Catalogue.read(Path(sys.argv[1]) / "manifest.json", "demo")
pipeline = Pipeline.load(Runtime(threads=1), catalogue, PipelineSettings())
findings = pipeline.analyse(Path(sys.argv[2]).read_bytes(), Gallery.of({}), Stages())
files = [m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", None)]
print(json.dumps({
    "status": findings.status,
    "persons": [person.pose.keypoints.round(1).tolist() for person in findings.persons],
    "files": files,
    "version": sys.version_info[:2],
}))
"""


def quiet(_line: str) -> None:
    """Nobody looks."""


@pytest.fixture(scope="module", params=sorted({HERE, DEFAULT}))
def built(request: pytest.FixtureRequest) -> Build:
    runtime = Runtime.named(request.param)
    if runtime.interpreter() is None:
        pytest.skip(f"{runtime.name} is not on this machine")
    return build(runtime, Place(), force=False, say=quiet)


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rendered frame with two people."""
    picture = next(picture for picture in frames() if picture.path == "entrance/1203.jpg")
    path = tmp_path_factory.mktemp("frame") / "frame.jpg"
    cv2.imwrite(str(path), picture.image)
    return path


def test_everything_fits_with_room_to_spare(built: Build) -> None:
    sizes = {part: done.bytes for part, done in built.parts.items()}
    assert all(0 < size <= BUDGETS[part] for part, size in sizes.items()), sizes
    assert sum(sizes.values()) + max(network_bytes().values()) <= TOTAL_BYTES


def test_no_binary_needs_a_newer_c_library_than_lambda_has(built: Build) -> None:
    found = list(binaries(built.folder))
    assert {"cv2.abi3.so", "libopenvino_intel_cpu_plugin.so"} <= {one.path.name for one in found}
    for one in found:
        needed = [parse(version) for version in one.versions]
        newest = max((number for family, number in needed if family == "GLIBC"), default=(0,))
        assert newest <= GLIBC, (one.path, newest)


def test_every_python_file_is_compiled_ahead(built: Build) -> None:
    tag = f"cpython-{built.runtime.removeprefix('python').replace('.', '')}"
    files = [path for path in built.folder.rglob("*.py") if not path.name.startswith("._")]
    assert len(files) > 300
    for path in files:
        assert (path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc").exists(), path


def test_what_is_built_is_not_built_again(built: Build) -> None:
    said: list[str] = []
    again = build(Runtime.named(built.runtime), Place(), force=False, say=said.append)
    assert again.parts == built.parts
    assert not said


@pytest.mark.parametrize("isolated", [True, False])
def test_built_packages_analyse_with_nothing_else_in_sight(
    built: Build, frame: Path, tmp_path: Path, isolated: bool
) -> None:
    if isolated and not detect(wanted=True).isolated:
        pytest.skip(f"no sandbox here: {detect(wanted=True).missing}")
    runtime = Runtime.named(built.runtime)
    answer = analyse(built, runtime, frame, tmp_path, isolated)
    assert answer["status"] == "analysed"
    assert len(answer["persons"]) == 2
    assert ".".join(map(str, answer["version"])) == runtime.version
    interpreter = runtime.interpreter()
    assert interpreter is not None
    allowed = (str(tmp_path), LAYERS, TASK, str(interpreter.parent.parent / "lib"), "/usr/lib")
    strangers = [
        file
        for file in answer["files"]
        if not file.startswith(allowed) or "site-packages" in file or "dist-packages" in file
    ]
    assert not strangers


def analyse(
    built: Build, runtime: Runtime, frame: Path, folder: Path, isolated: bool
) -> dict[str, list[str]]:
    """Let the built packages analyse a frame, in the sandbox or beside everything else."""
    layers = folder / "opt"
    layers.mkdir()
    for part in Part:
        if part is not Part.FUNCTION:
            subprocess.run(["cp", "-r", f"{built.path(part)}/.", layers], check=True)
    task, models = built.path(Part.FUNCTION), REPOSITORY / "model_assets"
    interpreter = runtime.interpreter()
    assert interpreter is not None
    if isolated:
        mounts = [Mount(task, TASK), Mount(layers, LAYERS), Mount(models, "/var/models")]
        mounts.append(Mount(frame, "/var/frame.jpg"))
        before = bubblewrap(mounts, 16, interpreter.parent.parent)
        path, arguments = f"{TASK}:{LAYERS}/python", ["/var/models", "/var/frame.jpg"]
    else:
        # Packages where the test allows them to be.
        subprocess.run(["cp", "-r", task, folder / "task"], check=True)
        before, path = [], f"{folder / 'task'}:{layers}/python"
        arguments = [str(models), str(frame)]
    done = subprocess.run(
        [*before, str(interpreter), "-S", "-c", ANALYSE, *arguments],
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, list[str]] = json.loads(done.stdout)
    return answer
