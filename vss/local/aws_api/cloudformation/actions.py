"""Actions of CloudFormation's API that moto lacks or answers for the wrong stack."""

from __future__ import annotations

from typing import Any

from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult, EmptyResult


def _update_termination_protection(self: Any) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    stack.enable_termination_protection = self._get_bool_param("EnableTerminationProtection", False)
    return ActionResult({"StackId": stack.stack_id})


def _change_set(self: Any) -> Any:
    return self.cloudformation_backend.find_change_set(
        self._get_param("ChangeSetName"), self._get_param("StackName")
    )


def _describe_change_set(self: Any) -> ActionResult:
    return ActionResult(_change_set(self))


def _execute_change_set(self: Any) -> EmptyResult:
    self.cloudformation_backend.execute_change_set(_change_set(self).change_set_id)
    return EmptyResult()


def _delete_change_set(self: Any) -> EmptyResult:
    self.cloudformation_backend.forget_change_set(
        self._get_param("ChangeSetName"), self._get_param("StackName")
    )
    return EmptyResult()


def install() -> None:
    """Change moto's CloudFormation."""
    response: Any = CloudFormationResponse
    response.update_termination_protection = _update_termination_protection
    response.describe_change_set = _describe_change_set
    response.execute_change_set = _execute_change_set
    response.delete_change_set = _delete_change_set
