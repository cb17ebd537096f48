"""Where the code of the functions and their layers comes from.

The stacks ask a provider, so that template tests need neither the networks nor a build.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
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


class WorkflowCode(Protocol):
    """Gives CDK the code of a workflow's functions."""

    def supervised(self, name: str, script: Path | None) -> lambda_.Code:
        """Return the supervisor with a script beside it."""

    def function(self, package: str) -> lambda_.Code:
        """Return a package of ours, as it lies in /var/task."""

    def layer(self, layer: Layer) -> lambda_.Code:
        """Return a layer as it lies in /opt."""
