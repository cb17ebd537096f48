"""Where the code of the functions and their layers comes from.

The stacks ask a provider, so that template tests need neither the networks nor a build.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from aws_cdk import aws_lambda as lambda_


class Package(StrEnum):
    """The functions, each by the package that holds its handler."""

    SURVEILLANCE = "surveillance"
    ENROLMENT = "enrolment"


class Layer(StrEnum):
    """The layers, in the order the functions list them."""

    DEEP_LEARNING = "deep_learning"
    HIGH_LEVEL_ALGORITHMS = "high_level_algorithms"
    BUSINESS_LOGIC = "business_logic"


class CodeProvider(Protocol):
    """Gives CDK the code to ship."""

    @property
    def warnings(self) -> Mapping[str, str]:
        """What the deploying person must know of this code, by an id of the warning."""

    def function(self, package: Package) -> lambda_.Code:
        """Return a function's package, as it lies in /var/task."""

    def layer(self, layer: Layer) -> lambda_.Code:
        """Return a layer as it lies in /opt."""
