"""The application synthesised in-process with stub code, as plain templates to look into."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from stacks.application import Application, WorkflowParts
from stacks.code import Layer, Package
from stacks.settings import StageSettings
from stacks.workflow_design import CloudWorkflow

REPOSITORY = Path(__file__).parents[2]
CONTEXT: Mapping[str, Any] = json.loads((REPOSITORY / "cdk.json").read_text())["context"]
CONCERNS = ("network", "storage", "inference", "monitoring")
STAGES = ("dev", "prod")
# The functions, each with the queue that feeds it.
FUNCTIONS = {"surveillance": "frames", "enrolment": "enrolment"}


class StubCode:
    """One file for each asset: template tests need neither networks nor sources."""

    warnings: Mapping[str, str] = {}

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def function(self, package: Package) -> lambda_.Code:
        return self._asset(package)

    def layer(self, layer: Layer) -> lambda_.Code:
        return self._asset(layer)

    def supervised(self, name: str, script: Path | None) -> lambda_.Code:
        return self._asset(name)

    def _asset(self, name: str) -> lambda_.Code:
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "stub.txt").write_text(name)
        return lambda_.Code.from_asset(str(folder))


@dataclass(frozen=True)
class Resource:
    stack: str
    logical_id: str
    body: Mapping[str, Any]

    @property
    def type(self) -> str:
        return self.body["Type"]

    @property
    def properties(self) -> Mapping[str, Any]:
        return self.body.get("Properties", {})

    def __repr__(self) -> str:
        return f"{self.stack}/{self.logical_id}"


@dataclass(frozen=True)
class Templates:
    """The four templates of a stage, or that of a workflow."""

    stage: str
    folder: Path
    concerns: tuple[str, ...] = CONCERNS

    def template(self, concern: str) -> Mapping[str, Any]:
        path = self.folder / f"vss-{self.stage}-{concern}.template.json"
        return json.loads(path.read_text())

    def resources(self, kind: str | None = None) -> list[Resource]:
        return [
            Resource(concern, logical_id, body)
            for concern in self.concerns
            for logical_id, body in self.template(concern)["Resources"].items()
            if kind is None or body["Type"] == kind
        ]

    def one(self, kind: str, **wanted: str) -> Resource:
        """The single resource of ``kind`` whose properties, as text, contain ``wanted``."""
        found = [
            resource
            for resource in self.resources(kind)
            if all(part in text(resource.properties[name]) for name, part in wanted.items())
        ]
        assert len(found) == 1, f"{kind} {wanted}: {found}"
        return found[0]

    def bucket(self, purpose: str) -> Resource:
        return self.one("AWS::S3::Bucket", BucketName=f"vss-{self.stage}-{purpose}-")

    def queue(self, name: str) -> Resource:
        found = [
            queue
            for queue in self.resources("AWS::SQS::Queue")
            if queue.properties["QueueName"] == f"vss-{self.stage}-{name}"
        ]
        assert len(found) == 1
        return found[0]

    def function(self, package: str = "surveillance") -> Mapping[str, Any]:
        name = f"vss-{self.stage}-{package}"
        return self.one("AWS::Lambda::Function", FunctionName=name).properties

    def alias(self, package: str = "surveillance") -> Resource:
        return self.one("AWS::Lambda::Alias", FunctionName=f"<{package.capitalize()}")

    def mapping(self, package: str = "surveillance") -> Mapping[str, Any]:
        queue = f":vss-{self.stage}-{FUNCTIONS[package]}"
        return self.one("AWS::Lambda::EventSourceMapping", EventSourceArn=queue).properties

    def environment(self, package: str = "surveillance") -> dict[str, str]:
        variables = self.function(package)["Environment"]["Variables"]
        return {name: text(value) for name, value in variables.items()}

    def policy_of(self, target: Resource) -> list[Mapping[str, Any]]:
        """The statements of the resource policy attached to ``target``."""
        found = [
            policy.properties["PolicyDocument"]["Statement"]
            for policy in self.resources()
            if policy.type.endswith("Policy")
            and policy.stack == target.stack
            and f"<{target.logical_id}>" in text(_targets(policy))
        ]
        assert len(found) == 1, f"{target} has {len(found)} policies"
        return found[0]

    def outputs(self, concern: str) -> dict[str, Mapping[str, Any]]:
        """The outputs for people, without CDK's own exports."""
        outputs = self.template(concern).get("Outputs", {})
        return {name: out for name, out in outputs.items() if "Export" not in out}


def _targets(policy: Resource) -> Any:
    return [policy.properties.get(name) for name in ("Bucket", "Queues", "Topics")]


def synthesise(folder: Path, stage: str, values: Mapping[str, Any] | None = None) -> Templates:
    """Synthesise ``stage`` of cdk.json with ``values`` over its settings."""
    app = new_app(folder)
    settings = StageSettings.of(stage, {**CONTEXT["stages"][stage], **(values or {})})
    Application(app, settings, StubCode(folder / "code"))
    app.synth()
    return Templates(stage, folder / "out")


def synthesise_workflow(
    folder: Path, workflow: CloudWorkflow, stage: str = "dev", values: Mapping[str, Any] = {}
) -> Templates:
    """Synthesise ``stage`` with a workflow; the template returned is that of the workflow."""
    app = workflow_app(folder, workflow, stage, values)
    app.synth()
    return Templates(stage, folder / "out", (f"workflow-{workflow.name}",))


def workflow_app(
    folder: Path, workflow: CloudWorkflow, stage: str = "dev", values: Mapping[str, Any] = {}
) -> cdk.App:
    app = new_app(folder)
    settings = StageSettings.of(stage, {**CONTEXT["stages"][stage], **values})
    code = StubCode(folder / "code")
    Application(app, settings, code, WorkflowParts(workflow, code))
    return app


def new_app(folder: Path) -> cdk.App:
    return cdk.App(
        context=dict(CONTEXT),
        outdir=str(folder / "out"),
        analytics_reporting=False,
        stack_traces=False,
    )


def text(value: Any) -> str:
    """Write a value with its CloudFormation functions as one text: ``<Id>``, ``<Id.Attribute>``."""
    if isinstance(value, dict):
        if "Fn::Sub" in value:
            return str(value["Fn::Sub"])
        if "Ref" in value:
            return f"<{value['Ref']}>"
        if "Fn::GetAtt" in value:
            return f"<{'.'.join(value['Fn::GetAtt'])}>"
        if "Fn::ImportValue" in value:
            return f"<import {value['Fn::ImportValue']}>"
        if "Fn::Join" in value:
            separator, parts = value["Fn::Join"]
            return separator.join(text(part) for part in parts)
        return "{" + ", ".join(f"{key}: {text(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return ", ".join(text(part) for part in value)
    return str(value)


def as_list(value: Any) -> list[Any]:
    """Policies write a single value without its list."""
    return value if isinstance(value, list) else [value]


def statements(resource: Resource) -> Iterator[Mapping[str, Any]]:
    """Every policy statement anywhere in a resource."""
    yield from _statements(resource.properties)


def _statements(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        if "Effect" in value and ("Action" in value or "NotAction" in value):
            yield value
        for part in value.values():
            yield from _statements(part)
    elif isinstance(value, list):
        for part in value:
            yield from _statements(part)
