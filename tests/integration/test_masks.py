"""The mask networks do what their cards say: on rendered frames, on photographs, anonymised too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from deep_learning.catalogue import Catalogue, Manifest, Role
from deep_learning.runtime import Runtime
from high_level_algorithms.mask_detection import MaskDetector

from model_assets.training.mask_dataset import frames_of
from model_assets.training.mask_scores import MaskScore, score_picture
from tests.performance.mask_photographs import photographs, share_right
from tests.real_masks import pulled
from tests.shared_material import ABSENT, SHARED
from vss.continuum.anonymise.look import PoseLooker
from vss.continuum.anonymise.obscuring import DEFAULT_CELLS, obscure
from vss.continuum.anonymise.search import HeadSearch
from vss.models.verification import State, network_state
from vss.paths import MANIFEST

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=ABSENT)
UNSEEN = [51, 77]


def detector_of(manifest: Path, model_set: str) -> MaskDetector:
    network = Runtime(1).load(Catalogue.read(manifest, model_set), Role.MASK_DETECTION)
    return MaskDetector(network, network.entry.threshold("face"))


@pytest.mark.parametrize(
    ("cells", "found", "accuracy"), [(None, 0.5, 0.8), (DEFAULT_CELLS, 0.5, 0.7)]
)
def test_the_demo_network_on_frames_it_has_not_seen(
    cells: float | None, found: float, accuracy: float
) -> None:
    detector, total = detector_of(MANIFEST, "demo-masks"), MaskScore()
    for frame in frames_of(np.random.default_rng(UNSEEN), 120):
        heads = [head for head in frame.heads if head is not None]
        image = frame.image if cells is None else obscure(frame.image, heads, cells)
        total += score_picture(
            detector.find(image), np.array(frame.boxes), np.array(frame.kinds, np.uint8), 20
        )
    assert total.masked > 20
    assert total.bare > 20
    assert total.found >= found
    assert total.accuracy >= accuracy


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pulled(tmp_path_factory.mktemp("networks"))


@needs_shared
def test_the_real_network_is_converted_to_the_bytes_of_the_manifest(real: Path) -> None:
    networks = {entry.name: entry for entry in Manifest.read(real).networks}
    entry = networks["aizoo-face-mask-detection"]
    assert network_state(real.parent, entry) is State.VERIFIED
    assert entry.original is not None
    assert not (real.parent / entry.original.path).exists()


@needs_shared
def test_the_real_network_tells_nine_of_ten_photographs_right(real: Path) -> None:
    looker = PoseLooker(Runtime(1).load(Catalogue.read(real, "omz"), Role.BODY_POSE))
    shown = list(photographs(HeadSearch(looker, None)))
    assert len(shown) == 40
    assert share_right(shown, detector_of(real, "masks"), None) >= 0.9
