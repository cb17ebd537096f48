"""Kubernetes quantities: "1.5", "200m", "2Gi".

The format is that of the page "Resource management for pods and containers" of Kubernetes.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from vss.continuum.fdl.base import not_allowed
from vss.continuum.fdl.limits import SMALLEST_CPU, SMALLEST_MEMORY_BYTES

# As many digits as no machine has bytes; two of an exponent keep numbers printable.
_NUMBER = r"(?:[0-9]{1,18}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})"
_QUANTITY = re.compile(rf"\+?({_NUMBER})([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{{1,2}})?")
_PATTERN = rf"^\+?{_NUMBER}([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{{1,2}})?$"
_BINARY = {unit: Decimal(1024) ** power for power, unit in enumerate("KMGTPE", 1)}
_DECIMAL = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "k": Decimal(10) ** 3,
    **{unit: Decimal(1000) ** power for power, unit in enumerate("MGTPE", 2)},
}
MEMORY_ALLOWED = "a Kubernetes quantity of 4Mi or more, such as 256Mi, 2Gi (a bare number is bytes)"
CPU_ALLOWED = "a Kubernetes quantity of 1m or more, such as '0.2', '1.0', 500m"


def parse_quantity(text: str) -> Decimal:
    """Return what a quantity amounts to, in its base unit (bytes, virtual CPUs).

    Raises:
        ValueError: it is none.
    """
    found = _QUANTITY.fullmatch(text)
    if found is None:
        raise ValueError("not a Kubernetes quantity")
    number, unit = Decimal(found[1]), found[2] or ""
    if unit.endswith("i"):
        return number * _BINARY[unit[0]]
    if unit[:1] in ("e", "E") and len(unit) > 1:
        return number * Decimal(10) ** int(unit[1:])
    return number * _DECIMAL[unit] if unit else number


def _number_as_text(value: Any) -> Any:
    """Accept ``cpu: 1.0`` beside ``cpu: '1.0'``: both are in use."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _at_least(smallest: Decimal, allowed: str, text: str) -> str:
    try:
        amount = parse_quantity(text)
    except ValueError:
        raise not_allowed(allowed) from None
    if amount < smallest:
        raise not_allowed(allowed)
    return text


def _memory(text: str) -> str:
    return _at_least(Decimal(SMALLEST_MEMORY_BYTES), MEMORY_ALLOWED, text)


def _cpu(text: str) -> str:
    return _at_least(Decimal(SMALLEST_CPU), CPU_ALLOWED, text)


def _unless_empty(text: str) -> str:
    return _memory(text) if text else text


def _cpu_unless_empty(text: str) -> str:
    return _cpu(text) if text else text


_SCHEMA = Field(json_schema_extra={"type": ["string", "number"], "pattern": _PATTERN})
_SCHEMA_OR_EMPTY = Field(
    json_schema_extra={"type": ["string", "number"], "pattern": f"{_PATTERN}|^$"}
)
# In bytes and in virtual CPUs; the second of each may be empty, which sets no limit.
Memory = Annotated[str, BeforeValidator(_number_as_text), AfterValidator(_memory), _SCHEMA]
Cpu = Annotated[str, BeforeValidator(_number_as_text), AfterValidator(_cpu), _SCHEMA]
MemoryOrNone = Annotated[
    str, BeforeValidator(_number_as_text), AfterValidator(_unless_empty), _SCHEMA_OR_EMPTY
]
CpuOrNone = Annotated[
    str, BeforeValidator(_number_as_text), AfterValidator(_cpu_unless_empty), _SCHEMA_OR_EMPTY
]
