"""Whether a principal may do an action on a resource: the rules within one account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from vss.local.aws_api.iam.conditions import PolicyError
from vss.local.aws_api.iam.patterns import Context
from vss.local.aws_api.iam.policy import Principals, Statement, statements_about


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Attributes:
        account: of the caller; of a service, the account it acts for.
        arn: of the user or of the role's session; None for a service.
        policy_arn: of the user or of the role itself; None for a service.
        service: service principal, None for a user or a role.
    """

    account: str
    arn: str | None = None
    policy_arn: str | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """What is asked for, with the condition keys of the request in lower case."""

    caller: Caller
    action: str
    resource: str
    context: Context


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies that have a say.

    Attributes:
        identity: of the caller, by name.
        resource: of the resource; None where it has none.
        endpoint: of the VPC endpoint the request came through; None where it came through none.
        resource_decides: whether the resource's policy must allow or delegate to the account (KMS
            keys, role trust), instead of either policy being enough.
    """

    identity: Mapping[str, str] = field(default_factory=dict)
    resource: str | None = None
    endpoint: str | None = None
    resource_decides: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome and its reason."""

    allowed: bool
    why: str


class _Grant(Enum):
    """How far a policy allows."""

    NOTHING = 0
    ACCOUNT = 1  # a resource policy that leaves it to the identity policies of its account
    CALLER = 2


class _Denied(Exception):
    """An explicit deny."""


def decide(access: Access, policies: Policies) -> Decision:
    """Return whether ``access`` is allowed: an explicit deny wins, nothing is allowed by itself."""
    try:
        identity = _identity_grant(access, policies.identity)
        resource = _resource_grant(access, policies.resource, "resource policy")
        if policies.endpoint is not None:
            endpoint = _resource_grant(access, policies.endpoint, "endpoint policy")
            if endpoint is _Grant.NOTHING:
                return Decision(False, "the VPC endpoint's policy does not allow it")
    except _Denied as denied:
        return Decision(False, str(denied))
    except PolicyError as error:
        return Decision(False, f"a policy cannot be understood: {error}")
    return _combined(identity, resource, policies.resource_decides)


def _combined(identity: _Grant, resource: _Grant, resource_decides: bool) -> Decision:
    if resource is _Grant.CALLER:
        return Decision(True, "allowed by the resource policy")
    if identity is _Grant.CALLER:
        if not resource_decides:
            return Decision(True, "allowed by an identity policy")
        if resource is _Grant.ACCOUNT:
            return Decision(True, "allowed by an identity policy and the resource policy")
        return Decision(False, "the resource policy does not allow it")
    return Decision(False, "no policy allows it")


def _identity_grant(access: Access, documents: Mapping[str, str]) -> _Grant:
    grant = _Grant.NOTHING
    for name, text in documents.items():
        for statement in _applying(access, text):
            if not statement.allows:
                raise _Denied(f"denied by {name}: {statement.name}")
            grant = _Grant.CALLER
    return grant


def _resource_grant(access: Access, text: str | None, name: str) -> _Grant:
    grant = _Grant.NOTHING
    if text is None:
        return grant
    for statement in _applying(access, text):
        if statement.principals is None:
            continue
        reach = _reach(statement.principals, access.caller)
        if reach is _Grant.NOTHING:
            continue
        if not statement.allows:
            raise _Denied(f"denied by the {name}: {statement.name}")
        if reach is _Grant.CALLER or grant is _Grant.NOTHING:
            grant = reach
    return grant


def _applying(access: Access, text: str) -> Iterator[Statement]:
    for statement in statements_about(text, access.action):
        if statement.covers(access.resource, access.context) and statement.holds(access.context):
            yield statement


def _reach(principals: Principals, caller: Caller) -> _Grant:
    reach = _named(principals, caller)
    if not principals.excluded:
        return reach
    return _Grant.CALLER if reach is _Grant.NOTHING else _Grant.NOTHING


def _named(principals: Principals, caller: Caller) -> _Grant:
    if principals.everyone:
        return _Grant.CALLER
    if caller.service is not None:
        return _Grant.CALLER if caller.service in principals.services else _Grant.NOTHING
    if caller.arn in principals.aws or caller.policy_arn in principals.aws:
        return _Grant.CALLER
    root = (caller.account, f"arn:aws:iam::{caller.account}:root")
    return _Grant.ACCOUNT if any(one in principals.aws for one in root) else _Grant.NOTHING
