"""The layers as Lambda has them."""

from __future__ import annotations

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.code import Layer
from stacks.function import RUNTIMES
from stacks.settings import StageSettings


def layer_version(
    scope: Construct, layer: Layer, code: lambda_.Code, beginning: str, settings: StageSettings
) -> lambda_.LayerVersion:
    """Return a version of ``layer``, its name beginning as given."""
    return lambda_.LayerVersion(
        scope,
        "".join(word.capitalize() for word in layer.split("_")) + "Layer",
        layer_version_name=f"{beginning}-{layer.replace('_', '-')}",
        description=f"Package {layer}",
        code=code,
        compatible_runtimes=[RUNTIMES[settings.runtime]],
        compatible_architectures=[lambda_.Architecture.X86_64],
    )
