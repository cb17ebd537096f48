"""A network as the manifest describes it: files, tensor contract, thresholds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from pathlib import Path, PurePosixPath
from typing import Any, Self

from deep_learning.errors import ModelError


class Role(StrEnum):
    """The part a network plays in the pipeline."""

    CAMERA_COVER = "camera_cover"
    BODY_POSE = "body_pose"
    FACE_LANDMARKS = "face_landmarks"
    FACE_EMBEDDING = "face_embedding"
    MASK_DETECTION = "mask_detection"


SURVEILLANCE_ROLES = (
    Role.CAMERA_COVER,
    Role.BODY_POSE,
    Role.FACE_LANDMARKS,
    Role.FACE_EMBEDDING,
)
LINE_UPS = (SURVEILLANCE_ROLES, (Role.MASK_DETECTION,))
"""The roles that the networks of a set play: those of surveillance, or that of mask detection."""


@dataclass(frozen=True, slots=True)
class NetworkFile:
    """One file of a network; ``source`` is its official address, None where it ships with us."""

    path: str
    size: int
    sha384: str
    source: str | None

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Self:
        """Read a file's item; ValueError, KeyError or TypeError where it is none."""
        file = cls(item["path"], item["size"], item["sha384"], item["source"])
        path = PurePosixPath(file.path)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"path {file.path!r} leaves the folder of the manifest")
        if not isinstance(file.size, int) or file.size < 1:
            raise ValueError(f"size {file.size!r} of {file.path} is no number of bytes above 0")
        if re.fullmatch(r"[0-9a-f]{96}", file.sha384) is None:
            raise ValueError(f"sha384 {file.sha384!r} of {file.path} is not 96 hexadecimal digits")
        return file

    @property
    def remedy(self) -> str:
        """What to do where the file is missing or altered."""
        if self.source is None:
            return "it comes with the repository, check it out again"
        return "`vss models pull` fetches it"

    def problem(self, root: Path) -> str | None:
        """Say what is wrong with the file under ``root``, or None where it is as recorded."""
        path = root / self.path
        try:
            if not path.exists():
                return f"{path} is missing"
            if path.stat().st_size != self.size:
                return f"{path} has {path.stat().st_size} bytes, the manifest says {self.size}"
            return self.content_problem(path, path.read_bytes())
        except OSError as error:
            return f"{path} cannot be read: {error.strerror}"

    def content_problem(self, path: Path, content: bytes) -> str | None:
        """Say what is wrong with ``content``, read from ``path``, or None where nothing is."""
        if len(content) != self.size:
            return f"{path} has {len(content)} bytes, the manifest says {self.size}"
        found = hashlib.sha384(content).hexdigest()
        if found != self.sha384:
            return f"{path} has SHA-384 {found[:16]}…, the manifest says {self.sha384[:16]}…"
        return None


@dataclass(frozen=True, slots=True)
class TensorContract:
    """Name (None where it differs between releases) and shape of a tensor of the network."""

    name: str | None
    shape: tuple[int, ...]

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Self:
        """Read a tensor's item; ValueError, KeyError or TypeError where it is none."""
        shape = item["shape"]
        if not isinstance(shape, list) or not all(isinstance(side, int) for side in shape):
            raise ValueError(f"shape {shape!r} is no list of whole numbers")
        return cls(item["name"], tuple(shape))


@dataclass(frozen=True, slots=True)
class NetworkEntry:
    """A network of the catalogue: OpenVINO IR, two files, description and weights.

    ``thresholds`` are the decision values that belong to this very network, by name; ``original``
    is the published file of another format that both are converted from, None where they are
    published as they are.
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
    original: NetworkFile | None = None

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Self:
        """Read a network's item; ValueError, KeyError or TypeError where it is none."""
        description, weights = (NetworkFile.parse(file) for file in item["files"])
        original = item.get("converted_from")
        return cls(
            role=Role(item["role"]),
            name=item["name"],
            precision=item["precision"],
            licence=item["licence"],
            description=description,
            weights=weights,
            input=TensorContract.parse(item["input"]),
            outputs=tuple(TensorContract.parse(output) for output in item["outputs"]),
            thresholds=_thresholds(item["thresholds"]),
            original=None if original is None else NetworkFile.parse(original),
        )

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
        """Where a mirror keeps ``file``: ``<network>/<precision>/<file name>``.

        An original has no precision of ours: ``<network>/<file name>``.
        """
        if file is self.original:
            return f"{self.name}/{Path(file.path).name}"
        return f"{self.name}/{self.precision}/{Path(file.path).name}"


def _thresholds(item: Mapping[str, Any]) -> Mapping[str, float]:
    for name, value in item.items():
        if not isinstance(value, int | float) or not isfinite(value):
            raise ValueError(f"threshold {name} is {value!r}, not a finite number")
    return item
