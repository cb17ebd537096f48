"""The model catalogue: which network plays which role, where its files lie, what it accepts.

Read from ``manifest.json``; paths in it are relative to the folder it lies in.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from pathlib import Path, PurePosixPath
from typing import Any, Self

from deep_learning.errors import ModelError

MANIFEST_FORMAT = "vss.manifest/1"


class Role(StrEnum):
    """The part a network plays in the pipeline."""

    CAMERA_COVER = "camera_cover"
    BODY_POSE = "body_pose"
    FACE_LANDMARKS = "face_landmarks"
    FACE_EMBEDDING = "face_embedding"


@dataclass(frozen=True, slots=True)
class NetworkFile:
    """One file of a network; ``source`` is its official address, None where it ships with us."""

    path: str
    size: int
    sha384: str
    source: str | None

    def problem(self, root: Path) -> str | None:
        """Say what is wrong with the file under ``root``, or None where it is as recorded."""
        path = root / self.path
        try:
            if not path.exists():
                return f"{path} is missing"
            if path.stat().st_size != self.size:
                return f"{path} has {path.stat().st_size} bytes, the manifest says {self.size}"
            return _content_problem(path, path.read_bytes(), self)
        except OSError as error:
            return f"{path} cannot be read: {error.strerror}"


@dataclass(frozen=True, slots=True)
class TensorContract:
    """Name (None where it differs between releases) and shape of a tensor of the network."""

    name: str | None
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NetworkEntry:
    """A network of the catalogue: OpenVINO IR, two files, description and weights.

    ``thresholds`` are the decision values that belong to this very network, by name.
    """

    role: Role
    name: str
    precision: str
    licence: str
    description: NetworkFile
    weights: NetworkFile
    input: TensorContract
    outputs: tuple[TensorContract, ...]
    thresholds: Mapping[str, float]

    @property
    def files(self) -> tuple[NetworkFile, NetworkFile]:
        """Description (.xml) and weights (.bin)."""
        return self.description, self.weights

    def threshold(self, name: str) -> float:
        """Return the decision value ``name``; ModelError where the manifest gives none."""
        if name not in self.thresholds:
            raise ModelError(f"network {self.name}: the manifest gives no threshold {name!r}")
        return self.thresholds[name]

    def mirror_path(self, file: NetworkFile) -> str:
        """Where a mirror keeps ``file``: ``<network>/<precision>/<file name>``."""
        return f"{self.name}/{self.precision}/{Path(file.path).name}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All networks of a manifest, one a role, and the folder their paths are relative to."""

    root: Path
    networks: tuple[NetworkEntry, ...]

    @classmethod
    def read(cls, manifest: Path) -> Self:
        """Read ``manifest``.

        Raises:
            ModelError: the file is missing, no manifest of our format, or names a role twice.
        """
        try:
            content = json.loads(manifest.read_text("utf-8"))
            if content["format"] != MANIFEST_FORMAT:
                raise ModelError(f"{manifest}: format {content['format']!r}, not {MANIFEST_FORMAT}")
            networks = tuple(_entry(item) for item in content["networks"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"model manifest {manifest} cannot be read: {error!r}") from error
        if len({entry.role for entry in networks}) != len(networks):
            raise ModelError(f"model manifest {manifest} names a role more than once")
        return cls(manifest.parent, networks)

    def entry(self, role: Role) -> NetworkEntry:
        """Return the network that plays ``role``; ModelError where there is none."""
        for entry in self.networks:
            if entry.role is role:
                return entry
        raise ModelError(f"the model catalogue has no network for the role {role}")

    def read_verified(self, file: NetworkFile) -> bytes:
        """Return the bytes of ``file``, the very ones whose hash was checked.

        Raises:
            ModelError: the file is missing or is not the one the manifest describes.
        """
        path = self.root / file.path
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise ModelError(f"{path} is missing; `vss models pull` fetches it") from error
        except OSError as error:
            raise ModelError(f"{path} cannot be read: {error.strerror}") from error
        if (problem := _content_problem(path, content, file)) is not None:
            raise ModelError(problem)
        return content


def _content_problem(path: Path, content: bytes, file: NetworkFile) -> str | None:
    if len(content) != file.size:
        return f"{path} has {len(content)} bytes, the manifest says {file.size}"
    found = hashlib.sha384(content).hexdigest()
    if found != file.sha384:
        return f"{path} has SHA-384 {found[:16]}…, the manifest says {file.sha384[:16]}…"
    return None


def _entry(item: dict[str, Any]) -> NetworkEntry:
    description, weights = (_file(file) for file in item["files"])
    return NetworkEntry(
        role=Role(item["role"]),
        name=item["name"],
        precision=item["precision"],
        licence=item["licence"],
        description=description,
        weights=weights,
        input=_contract(item["input"]),
        outputs=tuple(_contract(output) for output in item["outputs"]),
        thresholds=_thresholds(item["thresholds"]),
    )


def _file(item: dict[str, Any]) -> NetworkFile:
    file = NetworkFile(item["path"], item["size"], item["sha384"], item["source"])
    path = PurePosixPath(file.path)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"path {file.path!r} leaves the folder of the manifest")
    if not isinstance(file.size, int) or file.size < 1:
        raise ValueError(f"size {file.size!r} of {file.path} is no number of bytes above 0")
    if re.fullmatch(r"[0-9a-f]{96}", file.sha384) is None:
        raise ValueError(f"sha384 {file.sha384!r} of {file.path} is not 96 hexadecimal digits")
    return file


def _contract(item: dict[str, Any]) -> TensorContract:
    shape = item["shape"]
    if not isinstance(shape, list) or not all(isinstance(side, int) for side in shape):
        raise ValueError(f"shape {shape!r} is no list of whole numbers")
    return TensorContract(item["name"], tuple(shape))


def _thresholds(item: dict[str, Any]) -> Mapping[str, float]:
    for name, value in item.items():
        if not isinstance(value, int | float) or not isfinite(value):
            raise ValueError(f"threshold {name} is {value!r}, not a finite number")
    return item
