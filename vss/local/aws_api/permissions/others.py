"""What calls of the remaining services need: the action, and the resource where we know it."""

from __future__ import annotations

from collections.abc import Callable

from vss.local.aws_api.accounts import ACCOUNT
from vss.local.aws_api.api_call import ApiCall
from vss.local.aws_api.permissions.needs import Need

_ACTIONS = {"lambda:Invoke": "lambda:InvokeFunction", "lambda:InvokeAsync": "lambda:InvokeFunction"}


def needs(call: ApiCall) -> list[Need]:
    """Return the action with its resource, ``*`` where it has none or it is not known."""
    action = f"{call.service}:{call.operation}"
    find = _RESOURCES.get(call.service)
    resource = (find(call) if find else None) or "*"
    found = [Need(_ACTIONS.get(action, action), resource, _context(call))]
    passed = call.text("RoleARN" if call.service == "cloudformation" else "Role")
    if passed is not None and call.service in ("cloudformation", "lambda"):
        service = f"{call.service}.amazonaws.com"
        found.append(Need("iam:PassRole", passed, {"iam:passedtoservice": service}))
    return found


def _context(call: ApiCall) -> dict[str, str]:
    if call.service == "cloudwatch" and (namespace := call.text("Namespace")):
        return {"cloudwatch:namespace": namespace}
    return {}


def _function(call: ApiCall) -> str | None:
    name = call.text("FunctionName")
    if name is None or name.startswith("arn:"):
        return name
    return f"arn:aws:lambda:{call.region}:{ACCOUNT}:function:{name}"


def _log_group(call: ApiCall) -> str | None:
    name = call.text("logGroupName")
    if name is None:
        return None
    group = f"arn:aws:logs:{call.region}:{ACCOUNT}:log-group:{name}"
    stream = call.text("logStreamName")
    return f"{group}:log-stream:{stream}" if stream else f"{group}:*"


def _role(call: ApiCall) -> str | None:
    name = call.text("RoleName")
    return f"arn:aws:iam::{ACCOUNT}:role/{name}" if name else None


def _stack(call: ApiCall) -> str | None:
    name = call.text("StackName")
    if name is None or name.startswith("arn:"):
        return name
    return f"arn:aws:cloudformation:{call.region}:{ACCOUNT}:stack/{name}/*"


def _parameter(call: ApiCall) -> str | None:
    name = call.text("Name")
    return f"arn:aws:ssm:{call.region}:{ACCOUNT}:parameter/{name.lstrip('/')}" if name else None


_RESOURCES: dict[str, Callable[[ApiCall], str | None]] = {
    "cloudformation": _stack,
    "iam": _role,
    "lambda": _function,
    "logs": _log_group,
    "ssm": _parameter,
    "sts": lambda call: call.text("RoleArn"),
}
