"""When an occasion becomes an alert: what confirms it, and for how long one is enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from deep_learning.errors import ConfigurationError

from business_logic.alerts import AlertKind
from business_logic.variables import Variables

_FRAMES = range(1, 21)
_COOLDOWN_S = range(86_401)
# A single frame may show a hand before the lens, or be taken for somebody else's: a false name is
# worse than a late one. A stranger is told of at once.
_CONFIRMED_KINDS = frozenset({AlertKind.CAMERA_COVERED, AlertKind.KNOWN_PERSON})


@dataclass(frozen=True, slots=True)
class AlertRules:
    """The rules of a deployment.

    Attributes:
        kinds: those that are raised, of what frames show.
        confirmed_frames: k, how many of ``window`` frames must show a covered camera, or the same
            known person.
        window: n, how many frames of a camera, one after the other, are looked at together.
        cooldown: least time between two alerts of a camera and kind, and person.
    """

    kinds: frozenset[AlertKind]
    confirmed_frames: int
    window: int
    cooldown: timedelta

    @classmethod
    def read(cls, variables: Variables) -> Self:
        """Read the settings.

        Raises:
            ConfigurationError: a variable is missing, empty or out of range.
        """
        rules = cls(
            kinds=variables.choices("VSS_ALERTS", AlertKind),
            confirmed_frames=variables.number("VSS_CONFIRMED_FRAMES", _FRAMES),
            window=variables.number("VSS_CONFIRMATION_WINDOW", _FRAMES),
            cooldown=timedelta(seconds=variables.number("VSS_ALERT_COOLDOWN_S", _COOLDOWN_S)),
        )
        if AlertKind.CAMERA_SILENT in rules.kinds:
            raise ConfigurationError(
                "VSS_ALERTS names 'camera_silent'; VSS_CAMERA_SILENT_AFTER is what enables that"
            )
        if rules.confirmed_frames > rules.window:
            raise ConfigurationError(
                f"VSS_CONFIRMED_FRAMES is {rules.confirmed_frames}; allowed are 1 to "
                f"{rules.window}, which is VSS_CONFIRMATION_WINDOW"
            )
        return rules

    def awaits_confirmation(self, kind: AlertKind) -> bool:
        """Whether one frame is not enough for an alert of ``kind``."""
        return self.confirmed_frames > 1 and kind in _CONFIRMED_KINDS

    @property
    def counts_frames(self) -> bool:
        """Whether every frame matters, also one that shows nothing to tell of."""
        return any(self.awaits_confirmation(kind) for kind in self.kinds)

    @property
    def keeps_state(self) -> bool:
        """Whether a frame has to be judged together with others of its camera."""
        return self.counts_frames or (bool(self.kinds) and self.cooldown > timedelta())
