"""The code to ship: layers and functions as ``vss layers build`` has made them, or their sources.

What is shipped is first laid out exactly as Lambda will see it, in a folder of this synthesis
alone. Only paths and contents decide the asset's hash: caches and times never get in.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import aws_lambda as lambda_
from deep_learning.catalogue import Catalogue
from deep_learning.errors import ModelError

from stacks.code import Layer

FUNCTION = "function"
SUPERVISOR, SCRIPT = "supervisor", Path("script.sh")
MANIFEST = Path("models") / "manifest.json"
_NOT_SHIPPED = {"__pycache__", ".pyc"}
SOURCE_WARNING = (
    "The layers hold our sources only (-c layers=source): third-party packages are not in them. "
    "Enough for `vss local`, not for AWS."
)
MODEL_SET_WARNING = (
    "Model set {} knows {}; for real people: `vss models pull`, then "
    """-c settings='{{"model_set": "omz"}}' (or model_set in cdk.json)."""
)


class AssetError(Exception):
    """The code cannot be shipped: something is missing or altered. The message says what."""


@dataclass(frozen=True, slots=True)
class SourceCode:
    """Sources of ``repository``, one set of networks, laid out under ``staging``.

    Attributes:
        manifest: describes the networks; shipped beside them.
        model_set: the set whose networks are shipped.
        staging: an empty folder; CDK takes its own copy of it at once.
        with_networks: ship the network files; without, the manifest alone (networks from S3,
            whose hashes are then checked against a manifest nobody can swap in a bucket).
    """

    repository: Path
    manifest: Path
    model_set: str
    staging: Path
    with_networks: bool = True

    @property
    def warnings(self) -> Mapping[str, str]:
        """Say that third-party packages are absent, and what little the networks know.

        Raises:
            AssetError: the manifest cannot be read or does not have the set.
        """
        return {"vss:code": SOURCE_WARNING, **self._model_set_warning()}

    def function(self, package: str) -> lambda_.Code:
        """Return a function's own package.

        Raises:
            AssetError: there is no such package.
        """
        return self._asset(package, self._package_files(package))

    def layer(self, layer: Layer) -> lambda_.Code:
        """Return a layer; the networks lie beside the code of the first.

        Raises:
            AssetError: there is no such model set, or a network file of it is missing or is not
                the one of the manifest.
        """
        files = self._layer_files(layer)
        if layer is Layer.DEEP_LEARNING:
            files.update(self._models())
        return self._asset(layer, files)

    def supervised(self, name: str, script: Path | None) -> lambda_.Code:
        """Return the supervisor with a script beside it."""
        files = self._package_files(SUPERVISOR)
        return self._asset(name, files if script is None else {**files, SCRIPT: script})

    def _package_files(self, package: str) -> dict[Path, Path]:
        return dict(_tree(self.repository / "lambda_src" / package, Path(package)))

    def _layer_files(self, layer: Layer) -> dict[Path, Path]:
        return dict(_tree(self.repository / "layers" / layer / "python", Path("python")))

    def _model_set_warning(self) -> dict[str, str]:
        chosen = self._catalogue().model_set
        if chosen.knows is None:
            return {}
        return {"vss:model-set": MODEL_SET_WARNING.format(chosen.name, chosen.knows)}

    def _models(self) -> dict[Path, Path]:
        files, catalogue = {MANIFEST: self.manifest}, self._catalogue()
        if not self.with_networks:
            return files
        for file in (file for network in catalogue.networks for file in network.files):
            if (problem := file.problem(catalogue.root)) is not None:
                raise AssetError(f"network file {problem}; {file.remedy}")
            files[MANIFEST.parent / file.path] = catalogue.root / file.path
        return files

    def _catalogue(self) -> Catalogue:
        try:
            return Catalogue.read(self.manifest, self.model_set)
        except ModelError as error:
            raise AssetError(str(error)) from error

    def _asset(self, name: str, files: dict[Path, Path]) -> lambda_.Code:
        folder = self.staging / name
        lay_out(folder, files)
        return lambda_.Code.from_asset(str(folder))


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltCode(SourceCode):
    """What was built for Lambda.

    Attributes:
        built: holds a folder for each layer and one for the functions.
        blobs: place beside the manifest: path of each network that was compiled ahead.
    """

    built: Path
    blobs: Mapping[Path, Path]

    @property
    def warnings(self) -> Mapping[str, str]:
        """Say what little the networks know.

        Raises:
            AssetError: the manifest cannot be read or does not have the set.
        """
        return self._model_set_warning()

    def _models(self) -> dict[Path, Path]:
        shipped = {MANIFEST.parent / place: path for place, path in self.blobs.items()}
        return {**SourceCode._models(self), **shipped}

    def _package_files(self, package: str) -> dict[Path, Path]:
        return dict(_whole_tree(self.built / FUNCTION / package, Path(package)))

    def _layer_files(self, layer: Layer) -> dict[Path, Path]:
        return dict(_whole_tree(self.built / layer, Path()))


def lay_out(folder: Path, files: Mapping[Path, Path]) -> None:
    """Copy ``files`` (place in the folder: source) into ``folder``, readable by Lambda's user.

    Raises:
        AssetError: there is nothing to ship.
    """
    if not files:
        raise AssetError(f"nothing to ship in {folder.name}: its sources are missing")
    for place, source in files.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, path)
        path.chmod(0o644)


def _tree(source: Path, place: Path) -> Iterator[tuple[Path, Path]]:
    for target, path in _whole_tree(source, place):
        if not {*path.parts, path.suffix} & _NOT_SHIPPED:
            yield target, path


def _whole_tree(source: Path, place: Path) -> Iterator[tuple[Path, Path]]:
    for path in sorted(source.rglob("*")):
        if path.is_file():
            yield place / path.relative_to(source), path
