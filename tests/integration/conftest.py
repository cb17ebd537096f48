"""The four real networks, loaded once; skipped where the verification material is absent."""

import pytest
from deep_learning.catalogue import Catalogue
from deep_learning.runtime import Runtime
from high_level_algorithms.pipeline import Pipeline, PipelineSettings

from tests.shared_material import ABSENT, REAL_SET, SHARED, assemble_networks


@pytest.fixture(scope="session")
def real_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    if not SHARED.is_dir():
        pytest.skip(ABSENT)
    return Catalogue.read(assemble_networks(tmp_path_factory.mktemp("networks")), REAL_SET)


@pytest.fixture(scope="session")
def real_pipeline(real_catalogue: Catalogue) -> Pipeline:
    return Pipeline.load(Runtime(threads=2), real_catalogue, PipelineSettings())
