"""Packages of the function to compare: as publishers ship their wheels, and as we build them."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from deep_learning.catalogue import Catalogue

from vss.layers.assembly import sources
from vss.layers.build import Build, Place
from vss.layers.contents import DISTRIBUTIONS
from vss.layers.opencv import NAME
from vss.layers.parts import Part
from vss.layers.runtimes import Runtime
from vss.layers.wheels import fetch_wheels
from vss.local.data_plane.code_package import CodePackage

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks to ship.

    Attributes:
        manifest: describes them.
        model_set: the set that is shipped.
    """

    manifest: Path
    model_set: str

    def copy_into(self, layers: Path) -> None:
        """Put the networks and the manifest where the function looks for them."""
        catalogue, models = Catalogue.read(self.manifest, self.model_set), layers / "models"
        models.mkdir(parents=True)
        shutil.copyfile(self.manifest, models / "manifest.json")
        for file in (file for network in catalogue.networks for file in network.files):
            target = models / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(catalogue.root / file.path, target)


def stock_package(
    runtime: Runtime, place: Place, networks: Networks, folder: Path, say: Say
) -> CodePackage:
    """Unpack whole stock wheels and our sources: what a naive deployment would ship if it could.

    Raises:
        FetchError: a wheel could not be fetched.
    """
    package = CodePackage(folder / "task", folder / "opt")
    python = package.layers / "python"
    for part, names in DISTRIBUTIONS.items():
        wanted = names | {NAME, "openvino-telemetry"} if part is Part.DEEP_LEARNING else names
        wheels = folder / "wheels"
        found = fetch_wheels(place.requirements(part), wanted, runtime, wheels, say)
        for wheel in found.values():
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(python)
    for part in Part:
        root = package.task if part is Part.FUNCTION else python
        for relative, path in sources(place.repository, part):
            (root / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, root / relative)
    networks.copy_into(package.layers)
    return package


def built_package(
    build: Build,
    networks: Networks,
    folder: Path,
    compiled: bool,
    blobs: Mapping[Path, Path] = MappingProxyType({}),
) -> CodePackage:
    """Lay out what was built as Lambda would.

    Args:
        build: the layers and the function.
        networks: go beside them.
        folder: to be made.
        compiled: with bytecode.
        blobs: place beside the manifest: path of networks compiled ahead.
    """
    package = CodePackage(folder / "task", folder / "opt")
    ignore = None if compiled else shutil.ignore_patterns("__pycache__")
    shutil.copytree(build.path(Part.FUNCTION), package.task, ignore=ignore)
    for part in Part:
        if part is not Part.FUNCTION:
            shutil.copytree(build.path(part), package.layers, ignore=ignore, dirs_exist_ok=True)
    networks.copy_into(package.layers)
    for place, path in blobs.items():
        target = package.layers / "models" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return package
