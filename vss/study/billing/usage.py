"""What a module of this package says of a resource: how much of what is used."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from deep_learning.errors import SurveillanceError


class UnpricedResourceError(SurveillanceError):
    """The template holds something that this package has no price for; the message names it."""


@dataclass(frozen=True, slots=True)
class Usage:
    """An amount of something with a price, in one month.

    Attributes:
        service: as it stands in the bill, for instance ``Amazon S3``.
        item: what it is used for.
        price: name of its price.
        quantity: in the unit of the price.
    """

    service: str
    item: str
    price: str
    quantity: Decimal
