"""Policies that cannot be understood deny, and are named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vss.local.aws_api.iam.conditions import PolicyError
from vss.local.aws_api.iam.decisions import KEPT, DecisionLog
from vss.local.aws_api.iam.evaluation import Access, Caller, Policies, decide
from vss.local.aws_api.iam.policy import parse_policy

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def _text(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _access(**context: str) -> Access:
    caller = Caller("1", "arn:aws:iam::1:user/eve", "arn:aws:iam::1:user/eve")
    return Access(caller, "s3:GetObject", "arn:aws:s3:::b/k", context)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ({**READ, "Effect": "Perhaps"}, "Effect"),
        ({**READ, "NotAction": "s3:*"}, "both Action and NotAction"),
        ({**READ, "NotResource": "*"}, "both Resource and NotResource"),
        ({**READ, "Principal": "*", "NotPrincipal": "*"}, "both Principal"),
        ({**READ, "Principal": {"Federated": "x"}}, "Principal"),
        ({**READ, "Actions": "s3:*"}, "Actions is not known"),
        ({"Effect": "Allow", "Resource": "*"}, "neither Action"),
        ({**READ, "Condition": {"StringResembles": {"a:b": "c"}}}, "StringResembles"),
        ({**READ, "Condition": {"BinaryEquals": {"a:b": "c"}}}, "BinaryEquals"),
        ({**READ, "Condition": {"StringEquals": "c"}}, "want an object"),
        ({**READ, "Condition": ["StringEquals"]}, "want an object"),
    ],
)
def test_what_is_not_understood_is_an_error_and_denies(statement: Any, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        parse_policy(_text(statement))
    decision = decide(_access(), Policies(identity={"odd": _text(statement), "ok": _text(READ)}))
    assert not decision.allowed
    assert message in decision.why


@pytest.mark.parametrize("text", ["", "{}", "[]", "null"])
def test_what_is_no_policy_is_an_error(text: str) -> None:
    with pytest.raises(PolicyError, match="no policy document"):
        parse_policy(text)


def test_a_single_statement_needs_no_list() -> None:
    [statement] = parse_policy(json.dumps({"Statement": READ}))
    assert statement.allows


def test_an_explicit_deny_wins_and_is_named() -> None:
    no = {**READ, "Effect": "Deny", "Sid": "Never"}
    decision = decide(_access(), Policies(identity={"role": _text(READ, no)}))
    assert (decision.allowed, decision.why) == (False, "denied by role: Never")


def test_a_condition_is_met_by_all_its_operators_and_keys() -> None:
    both = {"StringEquals": {"a:x": "1", "a:y": "2"}, "Bool": {"a:z": "true"}}
    policies = Policies(identity={"p": _text({**READ, "Condition": both})})
    whole = {"a:x": "1", "a:y": "2", "a:z": "TRUE"}
    assert decide(_access(**whole), policies).allowed
    for missing in whole:
        part = {key: value for key, value in whole.items() if key != missing}
        assert not decide(_access(**part), policies).allowed


def test_decisions_are_kept_up_to_a_number() -> None:
    log = DecisionLog()
    decision = decide(_access(), Policies())
    for _ in range(KEPT + 5):
        log.add(_access(), decision)
    assert len(log.latest(10 * KEPT)) == KEPT
    assert len(log.latest(3)) == 3
    assert log.latest(0) == []
