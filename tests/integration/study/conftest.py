"""A local AWS whose functions are answered by a script."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.aws_api_server import KEY, SECRET, RunningServer
from tests.scripted_lambda import Answer, ScriptedLambda, scripted_lambda

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def _scripted() -> Iterator[ScriptedLambda]:
    with RunningServer() as server, scripted_lambda(server) as running:
        yield running


@pytest.fixture
def scripted(_scripted: ScriptedLambda, monkeypatch: pytest.MonkeyPatch) -> ScriptedLambda:
    """The server; boto3 finds it by the environment, as it finds AWS."""
    for name, value in {
        "AWS_ENDPOINT_URL": _scripted.endpoint,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    _scripted.script = lambda invoked: Answer()
    _scripted.invoked.clear()
    return _scripted


@pytest.fixture
def function(scripted: ScriptedLambda) -> str:
    """The ARN of a function that no other test uses."""
    return scripted.create_function(f"tuned{next(_numbers)}")
