"""Rules that cost nothing themselves, and endpoints that may: looked at before they are free."""

from __future__ import annotations

from collections.abc import Iterator

from vss.study.billing.month import Month
from vss.study.billing.usage import UnpricedResourceError, Usage
from vss.study.stage_template import Resource


def rule(resource: Resource, month: Month) -> Iterator[Usage]:
    """Yield nothing: events are billed with the bucket that sends them, invocations with Lambda.

    Raises:
        UnpricedResourceError: a rule of a bus other than the account's default one.
    """
    if "EventBusName" in resource.properties:
        raise UnpricedResourceError(f"{resource} is on a bus of its own; no price known")
    yield from ()


def endpoint(resource: Resource, month: Month) -> Iterator[Usage]:
    """Yield nothing: a gateway endpoint is free.

    Raises:
        UnpricedResourceError: an endpoint that has an hourly price.
    """
    kind = resource.properties.get("VpcEndpointType", "Gateway")
    if kind != "Gateway":
        raise UnpricedResourceError(
            f"{resource} is of type {kind}, which has an hourly price; known: Gateway, free"
        )
    yield from ()
