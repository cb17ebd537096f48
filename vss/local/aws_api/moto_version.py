"""The one moto our changes are made for; another is refused before anything of it is imported."""

from __future__ import annotations

from importlib.metadata import version

from deep_learning.errors import ConfigurationError

MOTO_VERSION = "5.2.5"


def check_version(found: str | None = None) -> None:
    """Refuse any other moto.

    Raises:
        ConfigurationError: naming both versions.
    """
    found = found or version("moto")
    if found != MOTO_VERSION:
        raise ConfigurationError(
            f"moto {found} is installed, the local AWS is made for {MOTO_VERSION}; run `make setup`"
        )
