"""The one local account: who may sign requests, and with which secret."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

ACCOUNT = "123456789012"
REGION = "eu-west-1"
PARTITION = "aws"
DEPLOYER = "deployer"
SESSION_S = 12 * 3600
_EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes a request.

    Attributes:
        arn: of the user, or of the assumed role's session.
        policy_arn: of the user or the role itself, which policies name.
        kind: ``User`` or ``AssumedRole``, as in ``aws:PrincipalType``.
        name: of the user or the role.
        user_id: as in ``aws:userid``.
    """

    arn: str
    policy_arn: str
    kind: str
    name: str
    user_id: str
    account: str = ACCOUNT


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key with its secret and whose it is."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None
    expires: datetime | None
    principal: Principal

    def expired(self) -> bool:
        """Tell whether they are no longer valid."""
        return self.expires is not None and self.expires < datetime.now(UTC)


def create_deployer(access_key_id: str, secret_access_key: str) -> None:
    """Make the user ``deployer``, who may do everything, with the given key."""
    iam = iam_backends[ACCOUNT][PARTITION]
    iam.create_user("us-east-1", DEPLOYER)
    iam.put_user_policy(DEPLOYER, "everything", json.dumps(_EVERYTHING))
    key = iam.create_access_key(DEPLOYER)
    key.access_key_id = access_key_id
    key.secret_access_key = secret_access_key


def find_credentials(access_key_id: str) -> Credentials | None:
    """Return the credentials of that key id, None where nobody has it."""
    for user in iam_backends[ACCOUNT][PARTITION].users.values():
        for key in user.access_keys:
            if key.access_key_id == access_key_id and key.status == "Active":
                principal = Principal(user.arn, user.arn, "User", user.name, user.id)
                return Credentials(access_key_id, key.secret_access_key, None, None, principal)
    return _sessions.find(access_key_id)


class _Sessions:
    """Role sessions by access key id; moto keeps them in a list that only grows."""

    def __init__(self) -> None:
        self._known: dict[str, Credentials] = {}
        self._read = 0

    def find(self, access_key_id: str) -> Credentials | None:
        if access_key_id not in self._known:
            roles = sts_backends[ACCOUNT][PARTITION].assumed_roles
            if self._read > len(roles):  # moto was reset
                self._known.clear()
                self._read = 0
            for role in roles[self._read :]:
                self._known[role.access_key_id] = _of_session(role)
            self._read = len(roles)
        return self._known.get(access_key_id)


_sessions = _Sessions()


def _of_session(role: Any) -> Credentials:
    name = role.role_arn.rpartition("/")[2]
    principal = Principal(role.arn, role.role_arn, "AssumedRole", name, role.user_id)
    return Credentials(
        role.access_key_id,
        role.secret_access_key,
        role.session_token,
        role.expiration.replace(tzinfo=UTC),
        principal,
    )


def assume_role(role_arn: str, session: str) -> Credentials:
    """Open a session of the role; whether that is allowed was asked before."""
    role = sts_backends[ACCOUNT][PARTITION].assume_role(
        region_name="us-east-1",
        role_session_name=session,
        role_arn=role_arn,
        policy="",
        duration=SESSION_S,
        external_id="",
    )
    return _of_session(role)


def find_role(role_arn: str) -> Any:
    """Return moto's role of that ARN, None where there is none."""
    for role in iam_backends[ACCOUNT][PARTITION].roles.values():
        if role.arn == role_arn:
            return role
    return None
