"""The functions with the layers they share."""

from __future__ import annotations

import aws_cdk as cdk
from constructs import Construct

from stacks.code import CodeProvider, Layer
from stacks.enrolment import enrolment
from stacks.function import Design, QueueFunction, Surroundings
from stacks.layer_versions import layer_version
from stacks.naming import Naming
from stacks.settings import StageSettings
from stacks.silence_check import SilenceCheck
from stacks.surveillance import surveillance
from stacks.warm_keeping import ScheduledPing


class InferenceStack(cdk.Stack):
    """Layers, functions, and what keeps environments warm."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        naming: Naming,
        settings: StageSettings,
        code: CodeProvider,
        surroundings: Surroundings,
    ) -> None:
        super().__init__(
            scope,
            name,
            stack_name=name,
            description="VSS: the surveillance and enrolment functions",
            termination_protection=settings.termination_protection,
        )
        self._naming, self._settings = naming, settings
        self._code, self._around = code, surroundings
        beginning = f"vss-{settings.stage}"
        self._layers = [
            layer_version(self, layer, code.layer(layer), beginning, settings) for layer in Layer
        ]
        # CDK leaves "Default" out of logical ids: those of the first function are for good, since
        # a new id would make CloudFormation create its log group before it deletes the old one.
        self.surveillance = self._function("Default", surveillance(naming, settings, surroundings))
        self.enrolment = self._function("Enrolment", enrolment(naming, settings, surroundings))
        if settings.warm_keeping == "schedule":
            instances = settings.warm_instances
            ScheduledPing(self, "Warm", self.surveillance.alias, naming, instances)
        if settings.silence_periods:
            alias, periods = self.surveillance.alias, settings.silence_periods
            SilenceCheck(self, "Silence", alias, naming, periods)
        self._outputs("Surveillance", self.surveillance)
        self._outputs("Enrolment", self.enrolment)
        for warning_id, text in code.warnings.items():
            cdk.Annotations.of(self).add_warning_v2(warning_id, text)

    def _function(self, name: str, design: Design) -> QueueFunction:
        return QueueFunction(
            self,
            name,
            design=design,
            code=self._code.function(design.package),
            layers=self._layers,
            surroundings=self._around,
            naming=self._naming,
            settings=self._settings,
        )

    def _outputs(self, name: str, function: QueueFunction) -> None:
        for kind, value, description in (
            ("Function", function.function.function_name, "The function"),
            ("AliasArn", function.alias.function_arn, "What its queue invokes"),
            ("LogGroup", function.log_group.log_group_name, "Its log"),
        ):
            cdk.CfnOutput(self, f"{name}{kind}", value=value, description=description)
