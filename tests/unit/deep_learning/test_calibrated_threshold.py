"""A calibrated threshold serves the network it was made for, and no other."""

import pytest
from deep_learning.calibrated_threshold import threshold_for
from deep_learning.catalogue import CalibratedThreshold, Manifest, Role
from deep_learning.errors import ConfigurationError

from vss.paths import MANIFEST

SETS = Manifest.read(MANIFEST).sets
DEMO, REAL = (SETS[name].networks[Role.FACE_EMBEDDING] for name in ("demo", "omz"))


def test_without_one_the_networks_own_is_used() -> None:
    assert threshold_for(REAL, None) == REAL.thresholds["identified"]


def test_for_its_network_it_replaces_the_own() -> None:
    calibrated = CalibratedThreshold.of(0.4127, DEMO.weights.sha384)
    assert len(calibrated.network) == 16
    assert threshold_for(DEMO, calibrated) == 0.4127


def test_for_another_network_it_is_refused_by_name() -> None:
    calibrated = CalibratedThreshold.of(0.4127, DEMO.weights.sha384)
    message = rf"0.4127 was calibrated for network {calibrated.network}…, but {REAL.name} is "
    with pytest.raises(ConfigurationError, match=message):
        threshold_for(REAL, calibrated)
