"""Another moto than the one our changes are made for is refused."""

from __future__ import annotations

import pytest
from deep_learning.errors import ConfigurationError

from vss.local.aws_api.moto_version import MOTO_VERSION, check_version


def test_the_installed_one_is_accepted() -> None:
    check_version()


def test_another_one_is_named_and_refused() -> None:
    with pytest.raises(ConfigurationError, match=rf"moto 9\.9\.9 .* {MOTO_VERSION}"):
        check_version("9.9.9")
