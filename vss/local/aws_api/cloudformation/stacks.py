"""The stacks of an account and region: what moto's CloudFormation API layer calls."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from moto.cloudformation import models as moto_models
from moto.cloudformation import urls as moto_urls
from moto.cloudformation.exceptions import CloudFormationError, ValidationError
from moto.cloudformation.utils import (
    generate_changeset_id,
    generate_stack_id,
    validate_create_change_set,
)

from vss.local.aws_api.cloudformation.deployment import Deployed
from vss.local.aws_api.cloudformation.errors import TemplateError
from vss.local.aws_api.cloudformation.stack import ChangeSet, Stack

_NO_CHANGES = (
    "The submitted information didn't contain changes. "
    "Submit different information to create a change set."
)


class ChangeSetNotFoundError(CloudFormationError):
    """No change set of that name; the code is what the CLI looks for."""

    code = "ChangeSetNotFound"


class Backend(moto_models.CloudFormationBackend):
    """The stacks of one account and region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        # One deployment at a time: stacks import each other's exports.
        self._deploying = threading.RLock()

    @property
    def _url_module(self) -> Any:
        # Moto finds the addresses of a service beside the module of its backend's class.
        return moto_urls

    def stack_named(self, name: str) -> Stack | None:
        """Return the live stack of that name or id."""
        for stack in self.stacks.values():
            if name in (stack.name, stack.stack_id):
                assert isinstance(stack, Stack)  # noqa: S101 - only ours are made
                return stack
        return None

    def create_change_set(
        self,
        stack_name: str,
        change_set_name: str,
        template: str,
        parameters: dict[str, str],
        description: str,
        change_set_type: str,
        notification_arns: list[str] | None = None,
        tags: dict[str, str] | None = None,
        role_arn: str | None = None,
    ) -> tuple[str, str]:
        """Compare the template with the stack, which is made where it does not exist yet."""
        validate_create_change_set(change_set_name)
        stack = self._stack_for(stack_name, change_set_type)
        change_set_id = generate_changeset_id(change_set_name, self.region_name, self.account_id)
        try:
            change_set = ChangeSet(
                change_set_type=change_set_type,
                change_set_id=change_set_id,
                change_set_name=change_set_name,
                stack=stack,
                template=template,
                parameters=parameters,
                description=description,
                notification_arns=notification_arns,
                tags=tags,
                role_arn=role_arn,
            )
        except TemplateError as error:
            raise ValidationError(message=str(error)) from error
        same = stack.deployment.template == change_set.template_dict
        _judge(change_set, same and stack.parameters == parameters)
        self.change_sets[change_set_id] = change_set
        return change_set_id, stack.stack_id

    def _stack_for(self, name: str, change_set_type: str) -> Stack:
        stack = self.stack_named(name)
        if change_set_type == "UPDATE":
            if stack is None:
                raise ValidationError(name)
            return stack
        if change_set_type != "CREATE":
            raise ValidationError(
                message=f"ChangeSetType {change_set_type} is not supported; use CREATE or UPDATE"
            )
        if stack is not None and stack.status != "REVIEW_IN_PROGRESS":
            raise ValidationError(message=f"Stack [{name}] already exists")
        return stack or self._new_stack(name)

    def _new_stack(self, name: str) -> Stack:
        stack_id = generate_stack_id(name, self.region_name, self.account_id)
        imports = _Exports(self.exports)
        stack = Stack(stack_id, name, self.account_id, self.region_name, imports)
        self.stacks[stack_id] = stack
        return stack

    def find_change_set(self, name: str, stack_name: str | None = None) -> ChangeSet:
        """Return the newest change set of that id, or of that name and stack.

        Raises:
            ChangeSetNotFoundError: there is none.
        """
        found = [
            change_set
            for change_set_id, change_set in self.change_sets.items()
            if change_set_id == name
            or (
                change_set.change_set_name == name
                and stack_name in (None, change_set.stack_name, change_set.stack_id)
            )
        ]
        if not found:
            raise ChangeSetNotFoundError(f"ChangeSet [{name}] does not exist")
        assert isinstance(found[-1], ChangeSet)  # noqa: S101 - only ours are made
        return found[-1]

    def forget_change_set(self, name: str, stack_name: str | None = None) -> None:
        """Delete the change set; one that is not known is no error, as in AWS."""
        try:
            while True:
                del self.change_sets[self.find_change_set(name, stack_name).change_set_id]
        except ChangeSetNotFoundError:
            return

    def execute_change_set(self, change_set_name: str, stack_name: str | None = None) -> None:
        """Deploy the change set; the stack's status and events tell how it went."""
        change_set = self.find_change_set(change_set_name, stack_name)
        stack = self.stack_named(change_set.stack_id)
        if stack is None:
            raise ValidationError(change_set.stack_id)
        self._deploy(stack, change_set.template, change_set.parameters, change_set.tags)
        change_set.execution_status = "EXECUTE_COMPLETE"

    def create_stack(
        self,
        name: str,
        template: str,
        parameters: dict[str, Any],
        notification_arns: list[str] | None = None,
        tags: dict[str, str] | None = None,
        role_arn: str | None = None,
        enable_termination_protection: bool | None = False,
        timeout_in_mins: int | None = None,
        stack_policy_body: str | None = None,
    ) -> Stack:
        """Make a stack without a change set."""
        del notification_arns, role_arn, timeout_in_mins, stack_policy_body
        if self.stack_named(name) is not None:
            raise ValidationError(message=f"Stack [{name}] already exists")
        stack = self._new_stack(name)
        stack.enable_termination_protection = bool(enable_termination_protection)
        self._deploy(stack, template, parameters, tags)
        return stack

    def update_stack(
        self,
        name: str,
        template: str,
        role_arn: str | None,
        parameters: list[dict[str, Any]],
        tags: dict[str, str] | None,
    ) -> Stack:
        """Change a stack without a change set."""
        del role_arn
        stack = self.stack_named(name)
        if stack is None:
            raise ValidationError(name)
        self._deploy(stack, template, self._resolve_update_parameters(stack, parameters), tags)
        return stack

    def _deploy(
        self,
        stack: Stack,
        template: str,
        parameters: dict[str, str],
        tags: dict[str, str] | None,
    ) -> None:
        with self._deploying:
            before = {export.name for export in stack.exports}
            stack.deploy(template, parameters, tags)
            for name in before:
                self.exports.pop(name, None)
            for export in stack.exports:
                self.exports[export.name] = export

    def delete_stack(self, name_or_stack_id: str) -> None:
        """Delete a stack; one that does not exist is no error, as in AWS.

        Raises:
            ValidationError: it is protected, or another stack imports what it exports.
        """
        stack = self.stack_named(name_or_stack_id)
        if stack is None:
            return
        if stack.enable_termination_protection:
            raise ValidationError(
                message=f"Stack [{stack.name}] cannot be deleted while TerminationProtection is "
                "enabled"
            )
        with self._deploying:
            self._refuse_while_imported(stack)
            names = [export.name for export in stack.exports]
            stack.delete()
            if stack.status == "DELETE_COMPLETE":
                for name in names:
                    self.exports.pop(name, None)
                self.deleted_stacks[stack.stack_id] = self.stacks.pop(stack.stack_id)

    def _refuse_while_imported(self, stack: Stack) -> None:
        names = {export.name for export in stack.exports}
        for other in self.stacks.values():
            assert isinstance(other, Stack)  # noqa: S101 - only ours are made
            used = names & other.deployment.used_imports
            if other is not stack and used:
                raise ValidationError(
                    message=f"Export {sorted(used)[0]} cannot be deleted as it is in use by "
                    f"{other.name}"
                )

    def deployed(self) -> list[tuple[str, Deployed]]:
        """Return every resource with the name of its stack."""
        return [
            (stack.name, resource)
            for stack in self.stacks.values()
            if isinstance(stack, Stack)
            for resource in stack.deployment.resources.values()
        ]


def _judge(change_set: ChangeSet, same: bool) -> None:
    change_set.status = "FAILED" if same else "CREATE_COMPLETE"
    change_set.execution_status = "UNAVAILABLE" if same else "AVAILABLE"
    change_set.status_reason = _NO_CHANGES if same else None


class _Exports(Mapping[str, str]):
    """Values of the exports by name, always the current ones."""

    def __init__(self, exports: Mapping[str, Any]) -> None:
        self._exports = exports

    def __getitem__(self, name: str) -> str:
        return str(self._exports[name].value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._exports)

    def __len__(self) -> int:
        return len(self._exports)
