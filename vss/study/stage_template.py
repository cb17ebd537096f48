"""The templates of a stage, synthesised in this process: what exactly would be deployed.

Neither AWS nor the code to ship is needed: what a resource costs does not depend on the bytes of
its assets, so empty ones stand in for them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from deep_learning.errors import ConfigurationError

from stacks.naming import Naming
from stacks.workflow_design import CloudWorkflow
from stacks.workflow_names import workflow_concern
from vss.paths import REPOSITORY

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_

Json = Any


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as the template has it.

    Attributes:
        stack: name of its stack.
        logical_id: its name in the template.
        type: such as ``AWS::Lambda::Function``.
        properties: with CloudFormation's functions in them.
    """

    stack: str
    logical_id: str
    type: str
    properties: Mapping[str, Json]

    def __str__(self) -> str:
        return f"{self.type} {self.logical_id} of stack {self.stack}"


@dataclass(frozen=True)
class StageTemplate:
    """All resources of a stage or, where it is given, of a workflow beside it.

    Attributes:
        workflow: whose stack alone is in it.
    """

    stage: str
    resources: tuple[Resource, ...]
    workflow: CloudWorkflow | None = None

    def of_type(self, kind: str) -> Iterator[Resource]:
        """Yield the resources of a type, in the order of the templates."""
        return (resource for resource in self.resources if resource.type == kind)

    def referred(self, resource: Resource, name: str) -> Resource | None:
        """Return the resource of the same stack that the property ``name`` is a ``Ref`` to."""
        value = resource.properties.get(name)
        target = value.get("Ref") if isinstance(value, dict) else None
        return self._by_id.get((resource.stack, str(target)))

    def purpose(self, resource: Resource, name: str) -> str:
        """Return what a resource is for, as its name or ARN in a property says: ``vss-dev-<this>``.

        Raises:
            ConfigurationError: the name is not one of the stage's.
        """
        text, beginning = physical_name(resource.properties.get(name)), f"vss-{self.stage}-"
        _, found, rest = text.partition(beginning)
        if not found:
            raise ConfigurationError(
                f"{resource} has {name} {text!r}; the forecast knows {beginning}…"
            )
        return rest.partition("-$")[0]

    @cached_property
    def _by_id(self) -> Mapping[tuple[str, str], Resource]:
        return {(one.stack, one.logical_id): one for one in self.resources}


def physical_name(value: Json) -> str:
    """Return a name written as text or by ``Fn::Sub``, its variables left as they are."""
    if isinstance(value, dict):
        value = value.get("Fn::Sub", "")
    return str(value or "")


def read_templates(
    stage: str, templates: Iterable[tuple[str, Mapping[str, Json]]]
) -> StageTemplate:
    """Take the resources out of templates, given with the names of their stacks."""
    return StageTemplate(
        stage,
        tuple(
            Resource(stack, logical_id, body["Type"], body.get("Properties", {}))
            for stack, template in templates
            for logical_id, body in template["Resources"].items()
        ),
    )


def stages() -> Mapping[str, Mapping[str, Json]]:
    """Return the settings of the stages of cdk.json."""
    found: Mapping[str, Mapping[str, Json]] = _context()["stages"]
    return found


def synthesise(
    stage: str,
    settings: Mapping[str, Json] | None = None,
    workflow: CloudWorkflow | None = None,
) -> StageTemplate:
    """Synthesise ``stage`` of cdk.json with ``settings`` over its own, or a workflow beside it.

    Raises:
        ConfigurationError: an unknown stage or setting, or a value that is not allowed.
    """
    # The CDK library starts `node` from the path when it is first imported.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    import aws_cdk as cdk

    from stacks.application import Application, WorkflowParts
    from stacks.setting_rules import SettingsError
    from stacks.settings import StageSettings

    context = _context()
    if stage not in context["stages"]:
        known = ", ".join(sorted(context["stages"]))
        raise ConfigurationError(f"stage is {stage!r}; allowed: {known}")
    with TemporaryDirectory(prefix="vss-cost-") as folder:
        out = Path(folder) / "out"
        app = cdk.App(
            context=context, outdir=str(out), analytics_reporting=False, stack_traces=False
        )
        try:
            chosen = StageSettings.of(stage, {**context["stages"][stage], **(settings or {})})
        except SettingsError as error:
            raise ConfigurationError(str(error)) from error
        code = _NoCode(Path(folder) / "code")
        parts = None if workflow is None else WorkflowParts(workflow, code)
        Application(app, chosen, code, parts)
        own = None if workflow is None else workflow_stack(stage, workflow)
        templates = [(stack.stack_name, stack.template) for stack in app.synth().stacks]
        chosen_ones = [one for one in templates if own in (None, one[0])]
        return replace(read_templates(stage, chosen_ones), workflow=workflow)


def workflow_stack(stage: str, workflow: CloudWorkflow) -> str:
    """Return the name of a workflow's stack."""
    return Naming(stage).stack(workflow_concern(workflow.name))


class _NoCode:
    """Code provider whose packages hold one empty file."""

    warnings: Mapping[str, str] = {}

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "empty").touch()
        self._folder = folder

    def function(self, package: str) -> lambda_.Code:
        return self.layer(package)

    def supervised(self, name: str, script: Path | None) -> lambda_.Code:
        return self.layer(name)

    def layer(self, layer: str) -> lambda_.Code:
        from aws_cdk import aws_lambda as lambda_

        return lambda_.Code.from_asset(str(self._folder))


def _context() -> dict[str, Json]:
    context: dict[str, Json] = json.loads((REPOSITORY / "cdk.json").read_text())["context"]
    return context
