"""After how long without a frame a camera is silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from business_logic.variables import Variables

OTHERS = "*"
_NAME = "VSS_CAMERA_SILENT_AFTER"
_ONE = r"(\*|[A-Za-z0-9][A-Za-z0-9_.-]{0,63})=\d{1,6}"


@dataclass(frozen=True, slots=True)
class SilencePeriods:
    """The periods of a deployment.

    Attributes:
        seconds: by camera, ``*`` standing for all that are not named; 0 where silence is no matter.
    """

    seconds: Mapping[str, int]

    @classmethod
    def read(cls, variables: Variables) -> Self:
        """Read the setting; without it no camera is watched.

        Raises:
            ConfigurationError: it is not of the form ``*=900,entrance=60,yard=0``.
        """
        if not variables.has_any(_NAME):
            return cls({})
        text = variables.text(_NAME, f"{_ONE}(,{_ONE})*")
        pairs = (item.split("=") for item in text.split(","))
        return cls({camera: int(seconds) for camera, seconds in pairs})

    def of(self, camera: str) -> timedelta | None:
        """Return the period of a camera, None where it is not watched."""
        seconds = self.seconds.get(camera, self.seconds.get(OTHERS, 0))
        return timedelta(seconds=seconds) if seconds else None

    @property
    def named(self) -> frozenset[str]:
        """The cameras that are watched whether or not a frame of them ever came."""
        return frozenset(
            camera for camera, seconds in self.seconds.items() if seconds and camera != OTHERS
        )

    @property
    def watches_others(self) -> bool:
        """Whether cameras are watched that are not named."""
        return bool(self.seconds.get(OTHERS, 0))
