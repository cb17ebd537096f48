"""One stack's resources: deployed in order of dependency, taken back when one of them fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from vss.local.aws_api.cloudformation.errors import TemplateError
from vss.local.aws_api.cloudformation.intrinsics import Resolver
from vss.local.aws_api.cloudformation.registry import resource_type
from vss.local.aws_api.cloudformation.resource_types import AwsClients, Created, Place
from vss.local.aws_api.cloudformation.template import in_order

Json = Any
_LOG = logging.getLogger(__name__)
_DELETE_PASSES = 3


@dataclass(frozen=True, slots=True)
class Deployed:
    """A resource of a stack as it was last deployed.

    Attributes:
        properties: resolved.
        retain: whether it outlives its stack (DeletionPolicy).
        retain_replaced: whether it outlives its replacement (UpdateReplacePolicy).
    """

    logical_resource_id: str
    cf_resource_type: str
    created: Created
    properties: Mapping[str, Json]
    retain: bool
    retain_replaced: bool

    @property
    def physical_resource_id(self) -> str:
        """What ``Ref`` gives."""
        return self.created.physical_id

    def attribute(self, name: str) -> Json:
        """Return what ``Fn::GetAtt`` of ``name`` gives.

        Raises:
            TemplateError: the resource has no such attribute.
        """
        if name not in self.created.attributes:
            raise TemplateError(
                f"{self.logical_resource_id} ({self.cf_resource_type}) has no attribute {name}; "
                f"known: {', '.join(sorted(self.created.attributes))}"
            )
        return self.created.attributes[name]


@dataclass(frozen=True, slots=True)
class Output:
    """An output of a stack; ``export_name`` is None where other stacks do not see it."""

    key: str
    value: str
    description: str | None
    export_name: str | None


@dataclass(frozen=True, slots=True)
class StackIdentity:
    """Which stack, and with which clients its resources are made."""

    stack_id: str
    name: str
    account: str
    region: str
    clients: AwsClients


Report = Callable[[str, str, str, str, str | None], None]
"""Told of each step: logical id, type, physical id, status, reason."""


class Deployment:
    """The resources of one stack."""

    def __init__(self, identity: StackIdentity, imports: Mapping[str, str], report: Report) -> None:
        self._identity = identity
        self._imports = imports
        self._report = report
        self.template: dict[str, Json] = {}
        self.parameters: dict[str, Json] = {}
        self.resources: dict[str, Deployed] = {}
        self.outputs: list[Output] = []
        self.used_imports: set[str] = set()

    def apply(self, template: dict[str, Json], parameters: Mapping[str, str]) -> None:
        """Bring the resources to ``template``; on failure take every step back.

        Raises:
            TemplateError: the template cannot be deployed here.
            botocore.exceptions.ClientError: an API refused a resource.
        """
        undo: list[Callable[[], None]] = []
        leftover: list[Deployed] = []
        former = dict(self.resources)
        try:
            chosen = self._parameters(template, parameters)
            resolver = self._resolver(template, chosen)
            self._check_rules(template, resolver)
            wanted = self._put_all(template, resolver, undo, leftover)
            outputs = _outputs(template, resolver)
        except Exception:
            self._take_back(undo)
            self.resources = former
            raise
        leftover += [one for logical_id, one in former.items() if logical_id not in wanted]
        self.resources = {name: self.resources[name] for name in wanted}
        self.template, self.parameters, self.outputs = template, chosen, outputs
        self.used_imports = resolver.used_imports
        for one in reversed(leftover):
            if not (one.retain_replaced if one.logical_resource_id in wanted else one.retain):
                self._delete(one)

    def delete(self) -> None:
        """Delete the resources, those that others need last; retained ones stay.

        Raises:
            botocore.exceptions.ClientError: an API refused to delete one in every pass.
        """
        order = [
            name for name in in_order(self.template.get("Resources", {})) if name in self.resources
        ]
        waiting = [self.resources[name] for name in reversed(order)]
        for last in [False] * (_DELETE_PASSES - 1) + [True]:
            failed = []
            for one in waiting:
                try:
                    if not one.retain:
                        self._delete(one)
                    self.resources.pop(one.logical_resource_id)
                except Exception as error:
                    if last:
                        raise
                    _LOG.info("%s is not deleted yet: %s", one.logical_resource_id, error)
                    failed.append(one)
            waiting = failed
        self.outputs = []
        self.used_imports = set()

    def _put_all(
        self,
        template: dict[str, Json],
        resolver: Resolver,
        undo: list[Callable[[], None]],
        leftover: list[Deployed],
    ) -> list[str]:
        wanted = []
        for logical_id in in_order(template["Resources"]):
            resource = template["Resources"][logical_id]
            if "Condition" in resource and not resolver.condition(resource["Condition"]):
                continue
            try:
                self._put(logical_id, resource, resolver, undo, leftover)
            except Exception as error:
                status = "UPDATE_FAILED" if logical_id in self.resources else "CREATE_FAILED"
                self._report(logical_id, resource["Type"], "", status, str(error))
                raise
            wanted.append(logical_id)
        return wanted

    def _put(
        self,
        logical_id: str,
        resource: Mapping[str, Json],
        resolver: Resolver,
        undo: list[Callable[[], None]],
        leftover: list[Deployed],
    ) -> None:
        kind = resource_type(logical_id, resource["Type"])
        properties = resolver.resolve(resource.get("Properties", {}))
        kind.check(logical_id, properties)
        before = self.resources.get(logical_id)
        changed: set[str] = set()
        if before is not None:
            names = set(properties) | set(before.properties)
            changed = {
                name for name in names if properties.get(name) != before.properties.get(name)
            }
        place = self._place(logical_id)
        if before is None or before.cf_resource_type != kind.name or changed & kind.replacing:
            created = self._create(place, resource["Type"], properties)
            fresh = _deployed(logical_id, resource, created, properties)
            undo.append(lambda: self._delete(fresh))
            if before is not None:
                leftover.append(before)
        elif changed:
            self._report(
                logical_id, kind.name, before.physical_resource_id, "UPDATE_IN_PROGRESS", None
            )
            physical_id, former = before.physical_resource_id, before.properties
            undo.append(lambda: _ignore(kind.update(place, physical_id, former, properties)))
            created = kind.update(place, physical_id, properties, former)
            fresh = _deployed(logical_id, resource, created, properties)
            self._report(logical_id, kind.name, physical_id, "UPDATE_COMPLETE", None)
        else:
            fresh = _deployed(logical_id, resource, before.created, properties)
        self.resources[logical_id] = fresh

    def _create(self, place: Place, type_name: str, properties: Mapping[str, Json]) -> Created:
        self._report(place.logical_id, type_name, "", "CREATE_IN_PROGRESS", None)
        kind = resource_type(place.logical_id, type_name)
        try:
            created = kind.create(place, properties)
        except Exception:
            for physical_id in place.made:
                with suppress(Exception):  # the first failure is the one to tell of
                    kind.delete(place, physical_id, properties)
            raise
        self._report(place.logical_id, type_name, created.physical_id, "CREATE_COMPLETE", None)
        return created

    def _delete(self, one: Deployed) -> None:
        kind = resource_type(one.logical_resource_id, one.cf_resource_type)
        place = self._place(one.logical_resource_id)
        kind.delete(place, one.physical_resource_id, one.properties)
        self._report(
            one.logical_resource_id, kind.name, one.physical_resource_id, "DELETE_COMPLETE", None
        )

    @staticmethod
    def _take_back(undo: list[Callable[[], None]]) -> None:
        for step in reversed(undo):
            try:
                step()
            except Exception:
                _LOG.exception("a step of the deployment could not be taken back")

    def _place(self, logical_id: str) -> Place:
        identity = self._identity
        return Place(identity.clients, identity.account, identity.region, identity.name, logical_id)

    def _parameters(
        self, template: Mapping[str, Json], given: Mapping[str, str]
    ) -> dict[str, Json]:
        declared = template.get("Parameters", {})
        chosen: dict[str, Json] = {}
        for name, parameter in declared.items():
            value = given.get(name, parameter.get("Default"))
            if value is None:
                raise TemplateError(f"parameter {name} has no value")
            kind = parameter.get("Type", "String")
            if kind.startswith("AWS::SSM::Parameter::Value"):
                ssm = self._place(name).api("ssm")
                value = ssm.get_parameter(Name=value)["Parameter"]["Value"]
            allowed = parameter.get("AllowedValues")
            if allowed and value not in allowed:
                raise TemplateError(f"parameter {name} is {value}, allowed: {', '.join(allowed)}")
            if "List" in kind:
                value = [part.strip() for part in str(value).split(",")]
            chosen[name] = value
        return chosen

    def _resolver(self, template: Mapping[str, Json], chosen: Mapping[str, Json]) -> Resolver:
        identity = self._identity
        names: dict[str, Json] = {
            "AWS::AccountId": identity.account,
            "AWS::Region": identity.region,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackId": identity.stack_id,
            "AWS::StackName": identity.name,
            "AWS::NotificationARNs": [],
            **chosen,
        }
        return Resolver(
            names=_Names(names, self),
            attribute=self._attribute,
            imports=self._imports,
            region=identity.region,
            conditions=template.get("Conditions", {}),
            mappings=template.get("Mappings", {}),
        )

    def _attribute(self, logical_id: str, name: str) -> Json:
        if logical_id not in self.resources:
            raise TemplateError(f"Fn::GetAtt {name} of {logical_id}, which was not created")
        return self.resources[logical_id].attribute(name)

    @staticmethod
    def _check_rules(template: Mapping[str, Json], resolver: Resolver) -> None:
        for rule in template.get("Rules", {}).values():
            for assertion in rule.get("Assertions", []):
                if not resolver.holds(assertion["Assert"]):
                    raise TemplateError(assertion.get("AssertDescription", "a rule does not hold"))


class _Names(Mapping[str, Json]):
    """What ``Ref`` finds: parameters first, then the resources made so far."""

    def __init__(self, fixed: Mapping[str, Json], deployment: Deployment) -> None:
        self._fixed = fixed
        self._deployment = deployment

    def __getitem__(self, name: str) -> Json:
        if name in self._fixed:
            return self._fixed[name]
        return self._deployment.resources[name].physical_resource_id

    def __iter__(self) -> Any:
        return iter([*self._fixed, *self._deployment.resources])

    def __len__(self) -> int:
        return len(self._fixed) + len(self._deployment.resources)


def _deployed(
    logical_id: str, resource: Mapping[str, Json], created: Created, properties: Mapping[str, Json]
) -> Deployed:
    keeps = ("Retain", "RetainExceptOnCreate", "Snapshot")
    return Deployed(
        logical_id,
        resource["Type"],
        created,
        properties,
        resource.get("DeletionPolicy") in keeps,
        resource.get("UpdateReplacePolicy") in keeps,
    )


def _outputs(template: Mapping[str, Json], resolver: Resolver) -> list[Output]:
    outputs = []
    for key, output in template.get("Outputs", {}).items():
        if "Condition" in output and not resolver.condition(output["Condition"]):
            continue
        export = output.get("Export")
        outputs.append(
            Output(
                key,
                str(resolver.resolve(output["Value"])),
                output.get("Description"),
                resolver.resolve(export["Name"]) if export else None,
            )
        )
    return outputs


def _ignore(created: Created) -> None:
    del created
