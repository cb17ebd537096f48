"""The cloud half of a workflow: a stack that shares nothing with the others but its names.

So it is deployed and removed by itself, and no other stack changes for it::

    bucket ──notification, by prefix──▶ queue ──5 receives──▶ dead letters
                                          │ one message an invocation
                                          ▼
                             function (isolated network, alias live) ──▶ bucket
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.code import Layer, WorkflowCode
from stacks.isolated_network import (
    FlowLogs,
    from_our_account,
    https_only_group,
    isolated_vpc,
    s3_endpoint,
)
from stacks.layer_versions import layer_version
from stacks.naming import Naming
from stacks.settings import StageSettings
from stacks.storage_buckets import AccessLogsBucket, DataBucket
from stacks.storage_queues import QueuePair
from stacks.workflow_alarms import WorkflowAlarms
from stacks.workflow_buckets import guard, trigger
from stacks.workflow_design import CloudFunction, CloudWorkflow, ProjectRuntime
from stacks.workflow_function import WorkflowFunction, WorkflowSurroundings
from stacks.workflow_key import WorkflowKey
from stacks.workflow_names import bucket_purpose, function_purpose, workflow_concern
from stacks.workflow_permissions import ways_through


class WorkflowStack(cdk.Stack):
    """Key, network, buckets, queues and functions of a workflow."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        workflow: CloudWorkflow,
        code: WorkflowCode,
        naming: Naming,
        settings: StageSettings,
    ) -> None:
        super().__init__(
            scope,
            name,
            stack_name=name,
            description=f"VSS: the cloud half of workflow {workflow.name}",
            termination_protection=settings.termination_protection,
        )
        self._workflow, self._naming, self._settings = workflow, naming, settings
        self.key = self._key()
        self.queues = {function.name: self._queues(function) for function in workflow.functions}
        self.access_logs = AccessLogsBucket(self, "AccessLogs", naming, settings, self._logs)
        self.buckets = {bucket: self._bucket(bucket) for bucket in workflow.buckets}
        around = WorkflowSurroundings(
            self.key, self._network(), self._layers(code), code, naming, settings
        )
        self.functions = {
            function.name: WorkflowFunction(
                self, f"Function-{function.name}", design=function, around=around
            )
            for function in workflow.functions
        }
        WorkflowAlarms(self, "Alarms", workflow, naming)
        self._outputs()
        for number, note in enumerate(workflow.notes):
            cdk.Annotations.of(self).add_warning_v2(f"vss:workflow-{number}", note)

    @property
    def _logs(self) -> str:
        return bucket_purpose(self._naming, f"{self._workflow.name}-logs")

    @property
    def _flow_log_group(self) -> str:
        return f"/vss/{self._settings.stage}/{workflow_concern(self._workflow.name)}/flow-logs"

    def _key(self) -> WorkflowKey:
        workflow, naming = self._workflow, self._naming
        triggering = [b for b in workflow.buckets if workflow.within(b)]
        groups = [
            naming.function_log_group(function_purpose(naming, function.name))
            for function in workflow.functions
        ]
        return WorkflowKey(
            self,
            "Key",
            purpose=workflow_concern(workflow.name),
            triggering=[bucket_purpose(naming, bucket) for bucket in triggering],
            groups=[self._flow_log_group, *groups],
            naming=naming,
            settings=self._settings,
        )

    def _queues(self, function: CloudFunction) -> QueuePair:
        naming = self._naming
        buckets = sorted({folder.bucket for folder in function.inputs})
        return QueuePair(
            self,
            f"Queues-{function.name}",
            purpose=function_purpose(naming, function.name),
            buckets=[bucket_purpose(naming, bucket) for bucket in buckets],
            visibility_timeout_s=function.visibility_timeout_s,
            key=self.key,
            naming=naming,
            settings=self._settings,
        )

    def _bucket(self, name: str) -> s3.Bucket:
        settings = self._settings
        bucket = DataBucket(
            self,
            f"Bucket-{name}",
            purpose=bucket_purpose(self._naming, name),
            key=self.key,
            access_logs=self.access_logs,
            keep_days=settings.results_retention_days,
            naming=self._naming,
            settings=settings,
        )
        guard(bucket, name, self._workflow, settings.uploader_principals)
        queues = {function: pair.queue for function, pair in self.queues.items()}
        trigger(bucket, name, self._workflow, queues)
        return bucket

    def _network(self) -> tuple[ec2.IVpc, ec2.ISecurityGroup] | None:
        if all(function.network is not None for function in self._workflow.functions):
            return None
        vpc = isolated_vpc(self)
        ways = ways_through(self._workflow, self._naming)
        s3_endpoint(vpc, [from_our_account(*way) for way in ways])
        group = https_only_group(self, vpc, "Functions of a workflow: nothing in, HTTPS out")
        flow_logs, naming, settings = self._flow_log_group, self._naming, self._settings
        FlowLogs(self, "FlowLogs", vpc, self.key, flow_logs, naming, settings)
        return vpc, group

    def _layers(self, code: WorkflowCode) -> list[lambda_.LayerVersion]:
        if not any(isinstance(f.runtime, ProjectRuntime) for f in self._workflow.functions):
            return []
        beginning = self._naming.stack(workflow_concern(self._workflow.name))
        return [
            layer_version(self, layer, code.layer(layer), beginning, self._settings)
            for layer in Layer
        ]

    def _outputs(self) -> None:
        """Say what everything is called; a description is what a command finds an output by."""
        scope = Construct(self, "Outputs")
        for name, bucket in self.buckets.items():
            _output(scope, f"bucket {name}", bucket.bucket_name)
        for name, pair in self.queues.items():
            _output(scope, f"queue {name}", pair.queue.queue_url)
            _output(scope, f"dead letters {name}", pair.dead_letters.queue_url)
        for name, function in self.functions.items():
            _output(scope, f"function {name}", function.function.function_name)
        _output(scope, "access logs", self.access_logs.bucket_name)


def _output(scope: Construct, description: str, value: str) -> None:
    cdk.CfnOutput(scope, description.replace(" ", "-"), value=value, description=description)
