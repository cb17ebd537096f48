"""What a deployment is used for in a month; every figure can be changed, none is hidden."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Self

from deep_learning.errors import ConfigurationError

# AWS reckons a month as 730 hours.
HOURS_PER_MONTH = Decimal(730)
DAYS_PER_MONTH = HOURS_PER_MONTH / 24
SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600
_KIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Cameras and people of a month, in the steady state: as much expires as arrives.

    Attributes:
        cameras: that send images.
        period_s: seconds between two images of a camera.
        hours_per_day: for which the cameras send.
        image_kb: KiB of an image.
        alert_share: share of the images that raise an alert, 0..1.
        people: enrolled.
        photographs: of each person; each is put again once a year.
        images_per_invocation: None reckons it from the batch settings.
        duration_ms: of an image in a warm invocation, waiting for S3 included; None takes the
            measured figures.
        init_ms: of an environment's start; None takes the measured figures.
        cold_starts: of the surveillance function in the month; None reckons them.
    """

    cameras: Decimal = Decimal(4)
    period_s: Decimal = Decimal(10)
    hours_per_day: Decimal = Decimal(24)
    image_kb: Decimal = Decimal(400)
    alert_share: Decimal = Decimal("0.01")
    people: Decimal = Decimal(10)
    photographs: Decimal = Decimal(3)
    images_per_invocation: Decimal | None = None
    duration_ms: Decimal | None = None
    init_ms: Decimal | None = None
    cold_starts: Decimal | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            self._check(field.name, getattr(self, field.name))

    @classmethod
    def of(cls, **values: float | None) -> Self:
        """Take plain numbers; what is None or not given stays as it is by default.

        Raises:
            ConfigurationError: a value that is not allowed.
        """
        return cls(
            **{name: Decimal(str(value)) for name, value in values.items() if value is not None}
        )

    @property
    def idle(self) -> Self:
        """The same deployment with nothing sent to it and nobody enrolled."""
        return replace(self, cameras=Decimal(0), people=Decimal(0), cold_starts=None)

    @property
    def active_hours(self) -> Decimal:
        """Hours of the month in which cameras send; 0 where there are none."""
        return HOURS_PER_MONTH * self.hours_per_day / 24 if self.cameras else Decimal(0)

    @property
    def images_per_second(self) -> Decimal:
        """Images of all cameras together, while they send."""
        return self.cameras / self.period_s

    @property
    def images(self) -> Decimal:
        """Images of the month."""
        return self.images_per_second * self.active_hours * 3600

    @property
    def alerts(self) -> Decimal:
        """Alerts of the month."""
        return self.images * self.alert_share

    @property
    def enrolments(self) -> Decimal:
        """Photographs put for enrolment in the month."""
        return self.people * self.photographs / 12

    @property
    def image_bytes(self) -> Decimal:
        """Bytes of an image."""
        return self.image_kb * _KIB

    def _check(self, name: str, value: Decimal | None) -> None:
        low, high = _LIMITS.get(name, (Decimal(0), None))
        if value is None:
            return
        if not value.is_finite() or value < low or (high is not None and value > high):
            end = "up" if high is None else f"to {high}"
            raise ConfigurationError(f"{name} is {value}; allowed: a number from {low} {end}")


_LIMITS: dict[str, tuple[Decimal, Decimal | None]] = {
    "period_s": (Decimal("0.01"), None),
    "hours_per_day": (Decimal(0), Decimal(24)),
    "alert_share": (Decimal(0), Decimal(1)),
    "images_per_invocation": (Decimal(1), Decimal(10)),
}
