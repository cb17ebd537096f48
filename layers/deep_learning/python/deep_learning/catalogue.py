"""The model catalogue: the sets of networks there are, and the networks of the one in use.

Read from ``manifest.json``; paths in it are relative to the folder it lies in. A network lies in it
once, with the thresholds that belong to it; a set names one network for each role.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from deep_learning.calibrated_threshold import NETWORK_DIGITS, CalibratedThreshold
from deep_learning.errors import ModelError
from deep_learning.network_entry import (
    LINE_UPS,
    SURVEILLANCE_ROLES,
    NetworkEntry,
    NetworkFile,
    Role,
    TensorContract,
)

__all__ = [
    "MANIFEST_FORMAT",
    "MODEL_SET_NAME",
    "NETWORK_DIGITS",
    "SURVEILLANCE_ROLES",
    "CalibratedThreshold",
    "Catalogue",
    "Manifest",
    "ModelSet",
    "NetworkEntry",
    "NetworkFile",
    "Role",
    "TensorContract",
]

MANIFEST_FORMAT = "vss.manifest/2"
MODEL_SET_NAME = "[a-z][a-z0-9-]*"


@dataclass(frozen=True, slots=True)
class ModelSet:
    """Networks that work together, one for each role of surveillance, or one for masks.

    Attributes:
        name: what settings, commands and records call the set.
        knows: all that its networks know, for instance "rendered people only"; None where they
            know people as cameras see them.
        networks: by role.
    """

    name: str
    knows: str | None
    networks: Mapping[Role, NetworkEntry]


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that a manifest describes.

    Attributes:
        path: the manifest; the paths of its networks are relative to its folder.
        networks: each once, in the order of the manifest.
        sets: by name.
    """

    path: Path
    networks: tuple[NetworkEntry, ...]
    sets: Mapping[str, ModelSet]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the manifest at ``path``.

        Raises:
            ModelError: the file is missing, no manifest of our format, has two networks of one
                name, or a set without exactly one network for each role of its line-up.
        """
        try:
            content = json.loads(path.read_text("utf-8"))
            if content["format"] != MANIFEST_FORMAT:
                raise ModelError(
                    f"model manifest {path} has the format {content['format']!r}; "
                    f"allowed is {MANIFEST_FORMAT}, which names its model sets"
                )
            networks = tuple(NetworkEntry.parse(item) for item in content["networks"])
            sets = _sets(content["sets"], networks)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            shown = error if isinstance(error, OSError | ValueError) else repr(error)
            raise ModelError(f"model manifest {path} cannot be read: {shown}") from error
        return cls(path, networks, sets)

    @property
    def root(self) -> Path:
        """The folder that the networks' paths are relative to."""
        return self.path.parent

    def set_named(self, name: str) -> ModelSet:
        """Return the set ``name``; ModelError where there is none."""
        if name not in self.sets:
            raise ModelError(
                f"model manifest {self.path} has no model set {name!r}; "
                f"allowed: {', '.join(self.sets)}"
            )
        return self.sets[name]

    def sets_with(self, entry: NetworkEntry) -> tuple[str, ...]:
        """Name the sets that ``entry`` belongs to."""
        return tuple(
            name for name, chosen in self.sets.items() if chosen.networks.get(entry.role) is entry
        )


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The networks of one set, and the folder their paths are relative to."""

    root: Path
    model_set: ModelSet

    @classmethod
    def read(cls, manifest: Path, model_set: str) -> Self:
        """Read the set ``model_set`` of ``manifest``.

        Raises:
            ModelError: the manifest cannot be read (see ``Manifest.read``) or has no such set.
        """
        return cls(manifest.parent, Manifest.read(manifest).set_named(model_set))

    @property
    def networks(self) -> tuple[NetworkEntry, ...]:
        """The networks of the set, in the order of the roles."""
        return tuple(self.model_set.networks.values())

    def entry(self, role: Role) -> NetworkEntry:
        """Return the network that plays ``role``; ModelError where the set has none."""
        if role not in self.model_set.networks:
            raise ModelError(
                f"model set {self.model_set.name} has no network for the role {role}; "
                f"it has {', '.join(self.model_set.networks)}"
            )
        return self.model_set.networks[role]

    def read_verified(self, file: NetworkFile) -> bytes:
        """Return the bytes of ``file``, the very ones whose hash was checked.

        Raises:
            ModelError: the file is missing or is not the one the manifest describes.
        """
        path = self.root / file.path
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise ModelError(f"{path} is missing; {file.remedy}") from error
        except OSError as error:
            raise ModelError(f"{path} cannot be read: {error.strerror}") from error
        if (problem := file.content_problem(path, content)) is not None:
            raise ModelError(problem)
        return content


def _sets(
    items: Mapping[str, Mapping[str, Any]], networks: Sequence[NetworkEntry]
) -> Mapping[str, ModelSet]:
    by_name = {entry.name: entry for entry in networks}
    if len(by_name) != len(networks):
        raise ValueError("it has two networks of the same name")
    if not items:
        raise ValueError("it has no model set")
    return {name: _set(name, item, by_name) for name, item in items.items()}


def _set(name: str, item: Mapping[str, Any], by_name: Mapping[str, NetworkEntry]) -> ModelSet:
    if re.fullmatch(MODEL_SET_NAME, name) is None:
        raise ValueError(f"model set {name!r}: allowed are names that fit {MODEL_SET_NAME}")
    knows = item["knows"]
    if knows is not None and not (isinstance(knows, str) and knows):
        raise ValueError(f"model set {name} knows {knows!r}; allowed is null or a text")
    if unknown := [given for given in item["networks"] if given not in by_name]:
        raise ValueError(f"model set {name} names networks that are not described: {unknown}")
    chosen = [by_name[given] for given in item["networks"]]
    line_up = _line_up(chosen)
    for role in line_up:
        playing = [entry.name for entry in chosen if entry.role is role]
        if len(playing) != 1:
            raise ValueError(
                f"model set {name} has {len(playing)} networks for the role {role} "
                f"({', '.join(playing) or 'none'}); allowed is exactly 1"
            )
    by_role = {entry.role: entry for entry in chosen}
    if others := [entry.name for entry in chosen if entry.role not in line_up]:
        raise ValueError(
            f"model set {name} has {', '.join(others)} beside the roles {', '.join(line_up)}; "
            "masks have a set of their own"
        )
    return ModelSet(name, knows, {role: by_role[role] for role in line_up})


def _line_up(chosen: Sequence[NetworkEntry]) -> tuple[Role, ...]:
    """Return the roles of the line-up that the networks fit best, the first of equal ones."""
    return max(LINE_UPS, key=lambda roles: sum(entry.role in roles for entry in chosen))
