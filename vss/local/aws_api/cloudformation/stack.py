"""One stack and its change sets as the CLI sees them: moto's API layer over our deployments."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from moto.cloudformation import models as moto_models
from moto.cloudformation.parsing import Export

from vss.local.aws_api.cloudformation.deployment import Deployment, StackIdentity
from vss.local.aws_api.cloudformation.resource_types import AwsClients
from vss.local.aws_api.cloudformation.template import parse

_LOG = logging.getLogger(__name__)


class Stack(moto_models.Stack):
    """A stack whose resources are a :class:`Deployment`.

    Moto's response layer reads its attributes; the class keeps moto's name because moto's
    serializer derives attribute names from it.
    """

    clients: ClassVar[AwsClients]

    def __init__(
        self, stack_id: str, name: str, account: str, region: str, imports: Mapping[str, str]
    ) -> None:
        self._imports = imports
        super().__init__(
            stack_id=stack_id,
            name=name,
            template={},
            parameters={},
            account_id=account,
            region_name=region,
        )
        self.status = "REVIEW_IN_PROGRESS"
        self._add_stack_event("REVIEW_IN_PROGRESS", "User Initiated")

    def _create_resource_map(self) -> Any:
        identity = StackIdentity(
            self.stack_id, self.name, self.account_id, self.region_name, self.clients
        )
        return Deployment(identity, self._imports, self._report)

    def _create_output_map(self) -> Any:
        return self.resource_map

    @staticmethod
    def cloudformation_name_type() -> str:
        """Satisfy moto's base class; nested stacks are not supported here."""
        return ""

    def is_created(self) -> bool:
        """Satisfy moto's base class: our deployments end before their call returns."""
        return True

    @property
    def deployment(self) -> Deployment:
        """The resources of this stack."""
        deployment: Any = self.resource_map
        assert isinstance(deployment, Deployment)  # noqa: S101 - made by _create_resource_map
        return deployment

    @property
    def stack_resources(self) -> Iterable[Any]:
        """The resources, for moto's responses."""
        return list(self.deployment.resources.values())

    @property
    def parameter_list(self) -> list[dict[str, Any]]:
        """The parameters, for moto's responses."""
        return [
            {
                "ParameterKey": key,
                "ParameterValue": ",".join(value) if isinstance(value, list) else str(value),
            }
            for key, value in self.parameters.items()
        ]

    @property
    def stack_parameters(self) -> dict[str, Any]:
        """The parameters as given."""
        return dict(self.parameters)

    @property
    def outputs(self) -> list[dict[str, Any]] | None:
        """The outputs, for moto's responses; None where there are none."""
        outputs = [
            {
                "OutputKey": output.key,
                "OutputValue": output.value,
                "Description": output.description,
                "ExportName": output.export_name,
            }
            for output in self.deployment.outputs
        ]
        return outputs or None

    @property
    def exports(self) -> list[Any]:
        """What other stacks may import, for moto's responses."""
        return [
            Export(self.stack_id, output.export_name, output.value)
            for output in self.deployment.outputs
            if output.export_name
        ]

    def deploy(self, text: str, parameters: dict[str, str], tags: dict[str, str] | None) -> None:
        """Bring the stack to the template ``text``; the outcome is in its status and events."""
        kind = "UPDATE" if self.deployment.resources else "CREATE"
        self._add_stack_event(f"{kind}_IN_PROGRESS", "User Initiated")
        try:
            template = parse(text)
            self.deployment.apply(template, parameters)
        except Exception as error:
            _LOG.warning("deployment of stack %s failed: %s", self.name, error)
            rollback = "ROLLBACK" if kind == "CREATE" else "UPDATE_ROLLBACK"
            self._add_stack_event(f"{rollback}_IN_PROGRESS", f"{error}"[:1000])
            self.status = f"{rollback}_COMPLETE"
            self.status_reason = str(error)
            self._add_stack_event(self.status)
            return
        self.template, self.template_dict = text, template
        self.parameters = parameters
        self.description = template.get("Description")
        if tags is not None:
            self.tags = tags
        self.status = f"{kind}_COMPLETE"
        self._add_stack_event(self.status)

    def delete(self) -> None:
        """Delete the stack's resources; the outcome is in its status and events."""
        self._add_stack_event("DELETE_IN_PROGRESS", "User Initiated")
        try:
            self.deployment.delete()
        except Exception as error:
            self.status = "DELETE_FAILED"
            self._add_stack_event(self.status, str(error)[:1000])
            return
        self.status = "DELETE_COMPLETE"
        self._add_stack_event(self.status)

    def _report(
        self, logical_id: str, kind: str, physical_id: str, status: str, reason: str | None
    ) -> None:
        event = moto_models.Event(
            stack_id=self.stack_id,
            stack_name=self.name,
            logical_resource_id=logical_id,
            physical_resource_id=physical_id,
            resource_type=kind,
            resource_status=status,
            resource_status_reason=reason,
            resource_properties=None,
        )
        self.events.append(event)


class ChangeSet(moto_models.ChangeSet):
    """A change set; its differences are told by logical id."""

    def _parse_template(self) -> None:
        self.template_dict = parse(self.template)

    def diff(self) -> list[moto_models.Change]:
        """Return what will be added, modified and removed."""
        deployed: Deployment = self.stack.resource_map  # type: ignore[assignment]
        old, new = deployed.template.get("Resources", {}), self.template_dict["Resources"]
        changes = [
            ("Add" if name not in old else "Modify", name, resource["Type"])
            for name, resource in new.items()
            if old.get(name) != resource
        ]
        changes += [("Remove", name, old[name]["Type"]) for name in old if name not in new]
        return [moto_models.Change(*change) for change in changes]
