"""Our evaluator agrees with the outside one: on our policies' shape, and on random small ones."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.iam_oracle import enrolment_cases, surveillance_cases
from tests.iam_oracle.outside_evaluator import ACCOUNT, ROLE, SESSION, Question, ask_outside
from tests.iam_oracle.stage_policies import OPERATOR, ROOT, allow, deny, policy

CASES = {
    f"{function}: {label}": case
    for function, cases in (
        ("surveillance", surveillance_cases.CASES),
        ("enrolment", enrolment_cases.CASES),
    )
    for label, case in cases.items()
}
RANDOM_QUESTIONS = 1500


@pytest.mark.parametrize("label", CASES)
def test_cases_are_decided_as_expected(label: str) -> None:
    question, expected = CASES[label]
    decision = question.ours()
    assert decision.allowed is expected, decision.why


def test_outside_evaluator_agrees_on_every_case() -> None:
    assert len(CASES) >= 120
    answers = ask_outside([question for question, _ in CASES.values()])
    ours = {label: expected for label, (_, expected) in CASES.items()}
    assert dict(zip(CASES, answers, strict=True)) == ours


ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectVersion"]
ACTION_PATTERNS = [*ACTIONS, "s3:*", "s3:Get*", "S3:getobject", "s3:?etObject", "*", "sqs:*"]
RESOURCES = [f"arn:aws:s3:::{name}" for name in ("one/a", "one/b/c", "two/a", "One/a")]
RESOURCE_PATTERNS = [
    *RESOURCES,
    "*",
    "arn:aws:s3:::one/*",
    "arn:aws:s3:::*/a",
    "arn:aws:s3:::one/?",
    "arn:*:s3:::*",
    "arn:aws:s3:::${aws:PrincipalAccount}/*",
    "arn:aws:s3:::one/${aws:Referer}",
]
# Keys of every action: the outside evaluator drops those that an action does not have.
KEYS: dict[str, list[str]] = {
    "aws:SecureTransport": ["true", "false"],
    "aws:SourceVpce": ["vpce-1", "vpce-2"],
    "aws:SourceIp": ["10.0.0.7", "192.168.1.1"],
    "aws:Referer": ["private", "a", "Private"],
    "aws:PrincipalArn": [ROLE, OPERATOR],
    "aws:EpochTime": ["100", "200"],
    "aws:CurrentTime": ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"],
    "aws:TagKeys": ["stage", "owner"],
}
OPERATORS: dict[str, list[str]] = {
    "aws:SecureTransport": ["Bool", "BoolIfExists", "Null"],
    "aws:SourceVpce": ["StringEquals", "StringNotEquals", "StringNotEqualsIfExists", "Null"],
    "aws:SourceIp": ["IpAddress", "NotIpAddress", "IpAddressIfExists"],
    "aws:Referer": [
        "StringEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
        "StringLikeIfExists",
        "Null",
    ],
    "aws:PrincipalArn": ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
    "aws:EpochTime": ["NumericLessThan", "NumericGreaterThanEquals", "NumericEquals"],
    "aws:CurrentTime": ["DateLessThan", "DateGreaterThanEquals", "DateNotEquals"],
    "aws:TagKeys": ["ForAllValues:StringEquals", "ForAnyValue:StringLike"],
}
WANTED: dict[str, list[str]] = {
    **KEYS,
    "aws:SourceIp": ["10.0.0.0/8", "192.168.1.1/32"],
    "aws:Referer": ["private", "pri*", "?", "a"],
    "aws:PrincipalArn": [ROLE, "arn:aws:iam::*:role/*", f"arn:aws:iam::{ACCOUNT}:user/*"],
    "aws:TagKeys": ["stage", "own*"],
}


def _some(random_: random.Random, values: list[str]) -> Any:
    chosen = random_.sample(values, random_.randint(1, min(2, len(values))))
    return chosen if len(chosen) > 1 or random_.random() < 0.5 else chosen[0]


def _condition(random_: random.Random) -> dict[str, Any]:
    block: dict[str, Any] = {}
    for key in random_.sample(list(KEYS), random_.randint(0, 2)):
        operator = random_.choice(OPERATORS[key])
        wanted: Any = _some(random_, WANTED[key])
        if operator == "Null" or key == "aws:SecureTransport":
            wanted = random_.choice(["true", "false"])
        block.setdefault(operator, {})[key] = wanted
    return {"Condition": block} if block else {}


def _statement(random_: random.Random, with_principal: bool) -> dict[str, Any]:
    make = deny if random_.random() < 0.3 else allow
    one = make(
        _some(random_, ACTION_PATTERNS), _some(random_, RESOURCE_PATTERNS), **_condition(random_)
    )
    if random_.random() < 0.15:
        one["NotAction"] = one.pop("Action")
    if random_.random() < 0.15:
        one["NotResource"] = one.pop("Resource")
    if with_principal:
        everyone: list[Any] = ["*", {"AWS": "*"}, {"AWS": ROOT}, {"AWS": ACCOUNT}]
        named: list[Any] = [{"AWS": ROLE}, {"AWS": SESSION}, {"AWS": [OPERATOR, ROOT]}]
        one["Principal"] = random_.choice([*everyone, *named, {"Service": "s3.amazonaws.com"}])
        if one["Effect"] == "Deny" and random_.random() < 0.3:
            del one["Principal"]
            one["NotPrincipal"] = random_.choice(named)
    return one


def _question(random_: random.Random) -> Question:
    context: dict[str, Any] = {"aws:PrincipalAccount": ACCOUNT, "aws:PrincipalArn": ROLE}
    for key in random_.sample(list(KEYS), random_.randint(0, len(KEYS))):
        if key == "aws:TagKeys":
            context[key] = random_.sample(KEYS[key], random_.randint(1, 2))
        elif key != "aws:PrincipalArn":
            context[key] = random_.choice(KEYS[key])
    identity = policy(*(_statement(random_, False) for _ in range(random_.randint(1, 3))))
    resource = policy(*(_statement(random_, True) for _ in range(random_.randint(1, 2))))
    of_endpoint = [_statement(random_, True) for _ in range(random_.randint(1, 2))]
    # The outside evaluator accepts no other principal in policies of endpoints.
    for one in of_endpoint:
        one.pop("NotPrincipal", None)
        one["Principal"] = "*"
    endpoint = policy(*of_endpoint)
    return Question(
        random_.choice(ACTIONS),
        random_.choice(RESOURCES),
        context,
        {"identity": identity},
        resource if random_.random() < 0.6 else None,
        endpoint if random_.random() < 0.3 else None,
    )


def test_outside_evaluator_agrees_on_random_policies() -> None:
    random_ = random.Random(20261122)  # noqa: S311 - repeatable, not secret
    questions = [_question(random_) for _ in range(RANDOM_QUESTIONS)]
    answers = ask_outside(questions)
    ours = [question.ours() for question in questions]
    different = [
        (question, decision, answer)
        for question, decision, answer in zip(questions, ours, answers, strict=True)
        if decision.allowed is not answer
    ]
    assert different == []
    share = sum(answers) / len(answers)
    assert 0.05 < share < 0.95, "a sweep of one answer only would show nothing"
