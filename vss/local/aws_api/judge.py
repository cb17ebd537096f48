"""Whether a call is allowed: its needs, the policies that have a say, the decision recorded."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends

from vss.local.aws_api.accounts import ACCOUNT, PARTITION, Principal, find_role
from vss.local.aws_api.api_call import ApiCall
from vss.local.aws_api.iam.decisions import DecisionLog
from vss.local.aws_api.iam.evaluation import Access, Caller, Decision, Policies, decide
from vss.local.aws_api.permissions import keys, messaging, others, s3
from vss.local.aws_api.permissions.needs import Need
from vss.local.aws_api.permissions.s3_operations import place
from vss.local.http_message import Origin

_NEEDS = {
    "s3": s3.needs,
    "kms": keys.needs,
    "sqs": messaging.queue_needs,
    "sns": messaging.topic_needs,
}
_ALLOWED_WITHOUT = frozenset({"sts:GetCallerIdentity"})
_OBJECT_READS = frozenset({"GetObject", "GetObjectVersion"})


class Judge:
    """Decides on the calls of principals and on what services do on their own."""

    def __init__(self, log: DecisionLog) -> None:
        self._log = log

    def refusal(self, call: ApiCall, principal: Principal) -> str | None:
        """Return why ``call`` is refused, None where it is allowed."""
        if f"{call.service}:{call.operation}" in _ALLOWED_WITHOUT:
            return None
        if call.service == "s3" and (foreign := _foreign_owner(call)) is not None:
            return foreign
        caller = Caller(principal.account, principal.arn, principal.policy_arn)
        common = _common_context(call, principal)
        identity = identity_policies(principal)
        origin = call.request.origin
        for need in _NEEDS.get(call.service, others.needs)(call):
            decision = self._decide(caller, need, common, identity, origin)
            if not decision.allowed:
                return f"{need.action} on {need.resource}: {decision.why}"
        if call.service == "s3" and call.operation in _OBJECT_READS:
            return self._refusal_of_absent(call, caller, common, identity)
        return None

    def service_may(
        self, service: str, needs: Sequence[Need], context: Mapping[str, str]
    ) -> Decision:
        """Return whether a service may do all of ``needs`` on its own behalf."""
        caller = Caller(ACCOUNT, service=service)
        common = {
            "aws:securetransport": "true",
            "aws:principalisawsservice": "true",
            "aws:principalservicename": service,
            **context,
        }
        for need in needs:
            # A service calls KMS itself: there is no kms:ViaService then.
            extra = {
                name: value for name, value in need.context.items() if name != "kms:viaservice"
            }
            own = Need(need.action, need.resource, extra)
            decision = self._decide(caller, own, common, {}, Origin())
            if not decision.allowed:
                return decision
        return Decision(True, "allowed by the resource policies")

    def _decide(
        self,
        caller: Caller,
        need: Need,
        common: Mapping[str, Any],
        identity: Mapping[str, str],
        origin: Origin,
    ) -> Decision:
        access = Access(caller, need.action, need.resource, {**common, **need.context})
        service = need.action.partition(":")[0]
        # KMS is asked by the service behind the endpoint, not through it.
        endpoint = None if service == "kms" else _endpoint_policy(origin)
        policies = Policies(
            identity=identity,
            resource=resource_policy(need),
            endpoint=endpoint,
            resource_decides=_resource_decides(need),
        )
        decision = decide(access, policies)
        self._log.add(access, decision)
        return decision

    def _refusal_of_absent(
        self,
        call: ApiCall,
        caller: Caller,
        common: Mapping[str, Any],
        identity: Mapping[str, str],
    ) -> str | None:
        """Answer 403 instead of 404 to those who may not list, as S3 does."""
        where = place(call.request)
        if s3.find_bucket(where.bucket) is None:
            return None
        if s3.find_object(where.bucket, where.key, call.request.query.get("versionId")) is not None:
            return None
        need = Need("s3:ListBucket", f"arn:aws:s3:::{where.bucket}")
        decision = self._decide(caller, need, common, identity, call.request.origin)
        return None if decision.allowed else f"{need.action} on {need.resource}: {decision.why}"


def _resource_decides(need: Need) -> bool:
    if need.action == "sts:AssumeRole":
        return True
    return need.action.startswith("kms:") and ":key/" in need.resource


def _foreign_owner(call: ApiCall) -> str | None:
    for header in ("x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"):
        owner = call.request.headers.get(header)
        if owner is not None and owner != ACCOUNT:
            return f"the bucket is owned by {ACCOUNT}, not by {owner}"
    return None


def _common_context(call: ApiCall, principal: Principal) -> dict[str, str | Sequence[str]]:
    origin = call.request.origin
    now = time.time()
    context: dict[str, str | Sequence[str]] = {
        "aws:currenttime": datetime.fromtimestamp(now, UTC).isoformat(),
        "aws:epochtime": str(int(now)),
        "aws:principalaccount": principal.account,
        "aws:principalarn": principal.policy_arn,
        "aws:principalisawsservice": "false",
        "aws:principaltype": principal.kind,
        "aws:requestedregion": call.region,
        "aws:resourceaccount": ACCOUNT,
        "aws:securetransport": "true" if origin.secure else "false",
        "aws:useragent": call.request.headers.get("user-agent", ""),
        "aws:userid": principal.user_id,
    }
    if principal.kind == "User":
        context["aws:username"] = principal.name
    if origin.vpc_endpoint_id is None:
        context["aws:sourceip"] = "127.0.0.1"
    else:
        context["aws:sourcevpce"] = origin.vpc_endpoint_id
        context["aws:sourcevpc"] = origin.vpc_id or ""
        context["aws:vpcsourceip"] = "10.0.0.1"
    return context


def identity_policies(principal: Principal) -> dict[str, str]:
    """Return the policies of a user or a role by name; none of one that was deleted."""
    if principal.kind == "User":
        users = iam_backends[ACCOUNT][PARTITION].users
        owner = next((user for user in users.values() if user.arn == principal.policy_arn), None)
    else:
        owner = find_role(principal.policy_arn)
    if owner is None:
        return {}
    documents = {
        name: document if isinstance(document, str) else json.dumps(document)
        for name, document in owner.policies.items()
    }
    for arn, managed in owner.managed_policies.items():
        version = next(one for one in managed.versions if one.is_default)
        documents[arn] = version.document
    return documents


def resource_policy(need: Need) -> str | None:
    """Return the policy that hangs on the need's resource, None where there is none."""
    service = need.action.partition(":")[0]
    policy: Any = None
    if service == "s3":
        bucket = s3.find_bucket(need.resource.rpartition(":")[2].partition("/")[0])
        policy = getattr(bucket, "policy", None)
    elif service == "sqs":
        policy = getattr(messaging.find_queue(need.resource), "policy", None)
    elif service == "sns":
        policy = getattr(messaging.find_topic(need.resource), "policy", None)
    elif service == "kms" and ":key/" in need.resource:
        region, key = need.resource.split(":")[3], need.resource
        policy = getattr(keys.find_key(region, key), "policy", None)
    elif need.action == "sts:AssumeRole":
        policy = getattr(find_role(need.resource), "assume_role_policy_document", None)
    if isinstance(policy, bytes):
        return policy.decode("utf-8", "replace")
    return policy if policy is None or isinstance(policy, str) else json.dumps(policy)


def _endpoint_policy(origin: Origin) -> str | None:
    if origin.vpc_endpoint_id is None:
        return None
    for backend in ec2_backends[ACCOUNT].values():
        endpoint = backend.vpc_end_points.get(origin.vpc_endpoint_id)
        if endpoint is not None:
            return str(endpoint.policy_document)
    return '{"Statement": []}'  # an endpoint that does not exist lets nothing through
