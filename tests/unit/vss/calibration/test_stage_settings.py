"""A threshold gets into cdk.json, and nothing else of the file changes."""

import difflib
import json
from pathlib import Path
from typing import Any

import pytest
from deep_learning.catalogue import CalibratedThreshold
from deep_learning.errors import ConfigurationError
from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.settings import StageSettings
from vss.calibration.stage_settings import read_stage, stage_threshold, write_threshold
from vss.paths import REPOSITORY

THRESHOLD = CalibratedThreshold(0.4127, "0123456789abcdef")
AFTER = {"identification_threshold": 0.4127, "identification_network": "0123456789abcdef"}
OWN_WAY = """{ "app" : "x",   "note": "stages: {\\"dev\\"}",
   "context":{"stages":{
      "dev" :{},
      "prod": {"memory_mb": 2048 , "alerts": ["camera_covered",
               "unknown_person"] }  } } }"""


def changed_lines(before: str, after: str) -> list[str]:
    found = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in found if line[:1] in "+-"]


def test_the_file_of_this_repository_gets_two_lines(tmp_path: Path) -> None:
    path = tmp_path / "cdk.json"
    before = (REPOSITORY / "cdk.json").read_text()
    path.write_text(before)
    path.chmod(0o640)
    write_threshold(path, "dev", THRESHOLD)
    after = path.read_text()
    assert changed_lines(before, after) == [
        '-         "termination_protection": false',
        '+         "termination_protection": false,',
        '+         "identification_threshold": 0.4127,',
        '+         "identification_network": "0123456789abcdef"',
    ]
    assert path.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["cdk.json"]
    again = CalibratedThreshold(0.5, "f" * 16)
    write_threshold(path, "dev", again)
    assert len(path.read_text().splitlines()) == len(after.splitlines())
    assert stage_threshold(read_stage(path, "dev")) == again
    assert StageSettings.of("dev", read_stage(path, "dev")).calibrated == again


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_file_in_anybodys_own_way_stays_so(tmp_path: Path, stage: str) -> None:
    path = tmp_path / "cdk.json"
    path.write_text(OWN_WAY)
    assert stage_threshold(read_stage(path, stage)) is None
    write_threshold(path, stage, THRESHOLD)
    expected: Any = json.loads(OWN_WAY)
    expected["context"]["stages"][stage] |= AFTER
    assert json.loads(path.read_text()) == expected
    assert path.read_text().startswith('{ "app" : "x",   "note": "stages: {\\"dev\\"}",\n')


names = st.text(st.characters(codec="utf-8"), max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(
    st.dictionaries(names, values, max_size=4),
    st.dictionaries(names, values, max_size=4),
    st.sampled_from([None, 1, 3, "\t"]),
    st.booleans(),
)
def test_whatever_is_in_the_file_is_kept(
    tmp_path_factory: pytest.TempPathFactory,
    around: dict[str, Any],
    stage: dict[str, Any],
    indent: int | str | None,
    ascii_only: bool,
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    content = {**around, "context": {**around, "stages": {**around, "dev": stage}}}
    path.write_text(json.dumps(content, indent=indent, ensure_ascii=ascii_only), "utf-8")
    write_threshold(path, "dev", THRESHOLD)
    content["context"]["stages"]["dev"] = stage | AFTER
    assert json.loads(path.read_text("utf-8")) == content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("{", "cannot be read"),
        ("[]", "has no stage 'dev' in context.stages"),
        ('{"context": {"stages": {"prod": {}}}}', "has no stage 'dev' in context.stages"),
    ],
)
def test_a_file_without_the_stage_is_named(
    tmp_path: Path, content: str | None, message: str
) -> None:
    path = tmp_path / "cdk.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigurationError, match=message):
        write_threshold(path, "dev", THRESHOLD)
    assert content is None or path.read_text() == content
