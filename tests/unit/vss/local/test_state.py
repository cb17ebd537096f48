"""What is remembered of the local AWS."""

from pathlib import Path

import pytest
from deep_learning.errors import ConfigurationError

from vss.local.state import LocalState

STATE = LocalState("http://127.0.0.1:4711", "AKIAXXXXXXXXXXXXXXXX", "s3cret", 17, 18, "dev")


def test_what_was_written_is_read(tmp_path: Path) -> None:
    STATE.write(tmp_path / "new")
    assert LocalState.read(tmp_path / "new") == STATE
    LocalState.forget(tmp_path / "new")
    assert LocalState.read(tmp_path / "new") is None


def test_nobody_else_can_read_the_credentials(tmp_path: Path) -> None:
    STATE.write(tmp_path)
    assert (tmp_path / "state.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "[]", '{"endpoint": "x"}', '{"unknown": 1}'])
def test_a_file_that_is_not_ours_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "state.json").write_text(content)
    with pytest.raises(ConfigurationError, match=r"state\.json"):
        LocalState.read(tmp_path)
