"""The application: four stacks of one stage, joined, and one of a workflow beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import aws_cdk as cdk

from stacks.code import CodeProvider, WorkflowCode
from stacks.function import Surroundings
from stacks.inference import InferenceStack
from stacks.monitoring import MonitoringStack
from stacks.naming import Naming
from stacks.network import NetworkStack
from stacks.setting_rules import SettingsError
from stacks.settings import StageSettings
from stacks.storage import StorageStack
from stacks.workflow import WorkflowStack
from stacks.workflow_design import CloudWorkflow
from stacks.workflow_names import workflow_concern


@dataclass(frozen=True, slots=True)
class WorkflowParts:
    """A workflow to deploy beside the stage."""

    design: CloudWorkflow
    code: WorkflowCode


class Application:
    """The stacks of ``settings.stage`` in ``app``, with the code of ``code``, and a workflow's."""

    def __init__(
        self,
        app: cdk.App,
        settings: StageSettings,
        code: CodeProvider,
        workflow: WorkflowParts | None = None,
    ) -> None:
        naming = Naming(settings.stage)
        self.network = NetworkStack(app, naming.stack("network"), naming=naming, settings=settings)
        self.storage = StorageStack(
            app,
            naming.stack("storage"),
            naming=naming,
            settings=settings,
            s3_endpoint_id=self.network.endpoint.vpc_endpoint_id,
        )
        self.inference = InferenceStack(
            app,
            naming.stack("inference"),
            naming=naming,
            settings=settings,
            code=code,
            surroundings=Surroundings(
                vpc=self.network.vpc,
                function_group=self.network.function_group,
                data_key=self.storage.data_key,
                gallery_key=self.storage.gallery_key,
                operations_key=self.network.operations_key,
            ),
        )
        self.monitoring = MonitoringStack(
            app,
            naming.stack("monitoring"),
            naming=naming,
            settings=settings,
            operations_key=self.network.operations_key,
        )
        # The alarms and the rule name queues, functions and bucket without referring to them.
        self.monitoring.add_stack_dependency(self.inference)
        if workflow is not None:
            self.workflow = WorkflowStack(
                app,
                naming.stack(workflow_concern(workflow.design.name)),
                workflow=workflow.design,
                code=workflow.code,
                naming=naming,
                settings=settings,
            )
        for name, value in _tags(app, settings.stage).items():
            cdk.Tags.of(app).add(name, value)


def _tags(app: cdk.App, stage: str) -> Mapping[str, str]:
    given = app.node.try_get_context("tags") or {}
    if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
        raise SettingsError(f"context tags is {given!r}; allowed: an object of texts")
    return {**given, "project": "vss", "stage": stage, "data-classification": "biometric"}
