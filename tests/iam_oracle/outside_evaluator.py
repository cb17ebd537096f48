"""The outside evaluator of IAM policies: the npm package @cloud-copilot/iam-simulate.

Its licence is the AGPL 3.0: it is a program of its own that only tests run, and never shipped.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from vss.local.aws_api.iam.evaluation import Access, Caller, Decision, Policies, decide

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/surveillance"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/surveillance/test"
_REPOSITORY = Path(__file__).resolve().parents[2]
_SIMULATE = Path(__file__).with_name("simulate.mjs")
Json = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """One access, asked of both evaluators."""

    action: str
    resource: str
    context: Json = field(default_factory=dict)
    identity: Json = field(default_factory=dict)
    resource_policy: Json | None = None
    endpoint_policy: Json | None = None
    principal: str = SESSION

    def ours(self) -> Decision:
        caller = Caller(ACCOUNT, self.principal, _role_of(self.principal))
        if self.principal.endswith(".amazonaws.com"):
            caller = Caller(ACCOUNT, service=self.principal)
        context = {name.lower(): value for name, value in self.context.items()}
        policies = Policies(
            identity={name: json.dumps(policy) for name, policy in self.identity.items()},
            resource=_text(self.resource_policy),
            endpoint=_text(self.endpoint_policy),
            resource_decides=self.action.startswith("kms:") or self.action == "sts:AssumeRole",
        )
        return decide(Access(caller, self.action, self.resource, context), policies)


def _role_of(principal: str) -> str:
    """Return the role of a session; others stand for themselves."""
    if not principal.startswith("arn:aws:sts:"):
        return principal
    return f"arn:aws:iam::{ACCOUNT}:role/{principal.split('/')[1]}"


def _text(policy: Json | None) -> str | None:
    return None if policy is None else json.dumps(policy)


def _node() -> str:
    beside = Path(sys.executable).with_name("node")
    found = str(beside) if beside.exists() else shutil.which("node")
    if found is None:
        pytest.skip("node is not installed: the outside evaluator cannot run")
    if not (_REPOSITORY / "node_modules" / "@cloud-copilot" / "iam-simulate").is_dir():
        pytest.skip("node_modules has no @cloud-copilot/iam-simulate: run `npm ci`")
    return found


def ask_outside(questions: Sequence[Question]) -> list[bool]:
    """Return the outside evaluator's answers."""
    text = json.dumps([vars(question) for question in questions])
    done = subprocess.run(
        [_node(), str(_SIMULATE)], input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answers: list[bool] = json.loads(done.stdout)
    return answers
