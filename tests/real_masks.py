"""The real network for masks, converted as `vss models pull` does it, beside the others."""

from __future__ import annotations

from pathlib import Path

from deep_learning.catalogue import Manifest

from tests.shared_material import SHARED, assemble_networks
from vss.models.pull import FileOutcome, pull


class Silent:
    """Is told how a pull goes and says nothing."""

    def begin(self, name: str, size: int, length: int) -> None:
        """Say nothing."""

    def advance(self, length: int) -> None:
        """Say nothing."""

    def wait(self, name: str) -> None:
        """Say nothing."""

    def end(self, outcome: FileOutcome) -> None:
        """Say nothing."""


def pulled(folder: Path) -> Path:
    """Lay out all networks, the converted ones too; return the manifest."""
    manifest = assemble_networks(folder)
    networks = folder / "networks"
    networks.unlink()
    networks.mkdir()
    for path in (SHARED / "models").iterdir():
        if path.is_dir() and not list(path.glob("*.tflite")):
            (networks / path.name).symlink_to(path)
    outcomes = pull(Manifest.read(manifest), SHARED / "models", Silent())
    assert all(outcome.is_good for outcome in outcomes), outcomes
    return manifest
