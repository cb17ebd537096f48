"""AWS KMS: the keys; requests are billed with whatever makes them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from vss.study.billing.month import Month
from vss.study.billing.usage import Usage
from vss.study.stage_template import Resource


def key(resource: Resource, month: Month) -> Iterator[Usage]:
    """Yield the month of a key, before its first rotation."""
    yield Usage("AWS KMS", "keys", "kms.keys", Decimal(1))
