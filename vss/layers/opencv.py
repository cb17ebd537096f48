"""OpenCV from its source distribution: three modules, JPEG and PNG, 11 MB instead of 169.

The stock wheel is linked to FFmpeg, OpenBLAS and more, which cannot be left out afterwards. One
build serves all Pythons (stable ABI). Its type-stub generator fails on so few modules, hence the
targets are named one by one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sysconfig
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from deep_learning.errors import ConfigurationError, SurveillanceError

from vss.commands import run_command
from vss.layers.runtimes import Runtime
from vss.layers.toolchain import PINS, PROCESSOR, TARGET, fetch_toolchain
from vss.layers.wheels import fetch_sources, fetch_wheels

NAME = "opencv-python-headless"
MODULE = "cv2.abi3.so"
_OPTIONS = {
    "CMAKE_BUILD_TYPE": "Release",
    "BUILD_LIST": "core,imgproc,imgcodecs,python3",
    "BUILD_SHARED_LIBS": "OFF",
    "BUILD_opencv_python3": "ON",
    "PYTHON3_LIMITED_API": "ON",
    "OPENCV_SKIP_PYTHON_LOADER": "ON",
    "OPENCV_PYTHON_INSTALL_PATH": ".",
    # In binaries for others nothing of this machine belongs.
    "BUILD_INFO_SKIP_TIMESTAMP": "ON",
    "BUILD_INFO_SKIP_SYSTEM_VERSION": "ON",
    "OPENCV_VCSVERSION": "unknown",
    "CPU_BASELINE": "SSE4_2",
    "CPU_DISPATCH": "AVX2",
    "BUILD_JPEG": "ON",
    "BUILD_PNG": "ON",
    "BUILD_ZLIB": "ON",
    **{
        f"WITH_{name}": "OFF"
        for name in (
            *("1394", "ADE", "AVIF", "EIGEN", "FFMPEG", "GIF", "GSTREAMER", "GTK", "IMGCODEC_HDR"),
            *("IMGCODEC_PFM", "IMGCODEC_PXM", "IMGCODEC_SUNRASTER", "IPP", "ITT", "JASPER"),
            *("JPEGXL", "LAPACK", "OBSENSOR", "OPENCL", "OPENEXR", "OPENJPEG", "PROTOBUF"),
            *("QUIRC", "TIFF", "V4L", "VA", "VA_INTEL", "VULKAN", "WEBP"),
        )
    },
    **{
        f"BUILD_{name}": "OFF"
        for name in ("DOCS", "EXAMPLES", "JAVA", "PERF_TESTS", "TESTS", "opencv_apps", "opencv_js")
    },
}
_DESCRIPTIONS = {"version_string.inc", "version_string.tmp", "opencv_data_config.hpp"}
_TARGETS = ("gen_opencv_python_source", "opencv_python3")


class OpenCvError(SurveillanceError):
    """OpenCV could not be built."""


def build_opencv(
    requirements: Path, runtime: Runtime, cache: Path, say: Callable[[str], None]
) -> Path:
    """Return the path of the built module; built before, it is taken as it is.

    Args:
        requirements: pin OpenCV and numpy.
        runtime: gives the headers of numpy, which are equal for all.
        cache: folder for sources, tools and the result.
        say: told what is going on.

    Raises:
        ConfigurationError: this machine lacks Python's headers.
        FetchError: sources or tools could not be fetched.
        OpenCvError: the build failed; the end of its output is in the error.
    """
    result = cache / f"opencv-{recipe(requirements)}" / MODULE
    if result.exists():
        return result
    headers = python_headers()
    say("fetching the sources of OpenCV")
    sources = fetch_sources(requirements, NAME, runtime, cache / "sources", say)
    tools = fetch_toolchain(runtime, cache / "toolchain", say)
    numpy = _numpy_headers(requirements, runtime, cache, say)
    work = cache / f"opencv-work-{os.getpid()}"
    shutil.rmtree(work, ignore_errors=True)
    try:
        work.mkdir(parents=True)
        say("unpacking the sources of OpenCV")
        with tarfile.open(sources) as archive:
            archive.extractall(work, filter="data")
        (tree,) = work.glob("opencv_python_headless-*/opencv")
        flags = f"-ffile-prefix-map={work}=. -g0"
        options = _OPTIONS | {
            "CMAKE_MAKE_PROGRAM": str(tools.ninja),
            "CMAKE_C_COMPILER": str(tools.folder / "cc"),
            "CMAKE_CXX_COMPILER": str(tools.folder / "c++"),
            "CMAKE_AR": str(tools.folder / "ar"),
            "CMAKE_RANLIB": str(tools.folder / "ranlib"),
            "CMAKE_C_FLAGS": flags,
            "CMAKE_CXX_FLAGS": flags,
            "CMAKE_MODULE_LINKER_FLAGS": "-s",
            "PYTHON3_EXECUTABLE": os.fspath(_python()),
            "PYTHON_DEFAULT_EXECUTABLE": os.fspath(_python()),
            "PYTHON3_INCLUDE_PATH": str(headers),
            "PYTHON3_INCLUDE_DIR": str(headers),
            "PYTHON3_LIBRARY": str(headers),
            "PYTHON3_NUMPY_INCLUDE_DIRS": str(numpy),
        }
        command = [str(tools.cmake), "-G", "Ninja", "-S", str(tree), "-B", str(work / "build")]
        command += [f"-D{name}={value}" for name, value in options.items()]
        # zig keeps what it compiled once, for builds that were interrupted.
        kept = {"ZIG_GLOBAL_CACHE_DIR": str(cache / "zig"), "LC_ALL": "C"}
        environment = os.environ | kept
        run_command(command, environment, say, OpenCvError)
        forget_paths(work / "build", {str(work): "work", str(cache): "cache"})
        for target in _TARGETS:
            build = [str(tools.ninja), "-C", str(work / "build"), target]
            run_command(build, environment, say, OpenCvError)
        (built,) = (work / "build").rglob("cv2*.so")
        result.parent.mkdir(parents=True, exist_ok=True)
        part = result.with_suffix(".part")
        shutil.copyfile(built, part)
        part.rename(result)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return result


def forget_paths(build: Path, places: Mapping[str, str]) -> None:
    """Replace folders of this machine in the descriptions that are compiled in.

    OpenCV's own (``cv2.getBuildInformation``) names its compiler and where it was
    built: two folders would give two binaries.

    Args:
        build: folder of the generated files.
        places: text: what stands there instead; the first one is replaced first.
    """
    for path in build.rglob("*"):
        if path.name in _DESCRIPTIONS:
            old = text = path.read_text("utf-8", "surrogateescape")
            for place, name in places.items():
                text = text.replace(place, name)
            if text != old:
                path.write_text(text, "utf-8", "surrogateescape")


def recipe(requirements: Path) -> str:
    """Return a hash of all that decides the result."""
    digest = hashlib.sha256(requirements.read_bytes())
    digest.update(PINS.read_bytes())
    digest.update(Path(__file__).read_bytes())
    digest.update(f"{TARGET} {PROCESSOR}".encode())
    return digest.hexdigest()[:16]


def python_headers() -> Path:
    """Return the folder of ``Python.h``; of which version does not matter (stable ABI).

    Raises:
        ConfigurationError: there is none on this machine.
    """
    folder = Path(sysconfig.get_paths()["include"])
    if not (folder / "Python.h").exists():
        raise ConfigurationError(
            f"{folder}/Python.h is missing, and OpenCV's binding is compiled against it; install "
            "it (Debian, Ubuntu: python3-dev; Fedora, Amazon Linux: python3-devel)"
        )
    return folder


def _python() -> Path:
    return Path(
        sysconfig.get_config_var("BINDIR"), sysconfig.get_config_var("EXENAME") or "python3"
    )


def _numpy_headers(
    requirements: Path, runtime: Runtime, cache: Path, say: Callable[[str], None]
) -> Path:
    wheel = fetch_wheels(requirements, ["numpy"], runtime, cache / "wheels", say)["numpy"]
    folder, prefix = cache / wheel.stem, "numpy/_core/include/"
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith(prefix):
                archive.extract(name, folder)
    return folder / prefix
