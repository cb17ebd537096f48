"""The networks of the demo's model set: those of the repository, or fetched."""

from __future__ import annotations

import os

from deep_learning.catalogue import Catalogue, Manifest

from vss.demo.shots import SHARED
from vss.models.addresses import parse_mirror
from vss.models.progress import reporting
from vss.models.pull import pull
from vss.models.verification import inspect
from vss.paths import MANIFEST


def fetch_networks(model_set: str) -> bool:
    """Pull the networks of ``model_set`` that are missing; tell whether all are there."""
    catalogue = Catalogue.read(MANIFEST, model_set)
    if all(status.state.is_good for status in inspect(catalogue.root, catalogue.networks)):
        return True
    mirror = os.environ.get("VSS_MODEL_MIRROR")
    if mirror is None and (SHARED / "models").is_dir():
        mirror = str(SHARED / "models")
    with reporting() as reporter:
        source = None if mirror is None else parse_mirror(mirror)
        outcomes = pull(Manifest.read(MANIFEST), source, reporter)
    return all(outcome.is_good for outcome in outcomes)
