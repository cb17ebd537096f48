from pathlib import Path

import pytest

from tests.unit.vss.layers.wheel_files import pin, write_wheel
from vss.layers.runtimes import Runtime
from vss.layers.wheels import FetchError, fetch_wheels, pinned, unpack

TARGET = Runtime(3, 13)


def quiet(_line: str) -> None:
    """Nobody looks."""


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the only index there is."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def test_pins_are_those_of_the_target_and_carry_their_hashes(tmp_path: Path) -> None:
    listed = tmp_path / "requirements.txt"
    listed.write_text(
        "# made by a tool\n"
        "Old.Name==1.0 ; python_version < '3.12' \\\n    --hash=sha256:aa\n"
        "new-name==2.0 ; python_version >= '3.12' \\\n"
        "    --hash=sha256:bb \\\n    --hash=sha256:cc\n    # via other\n"
        "windows==1 ; sys_platform == 'win32' \\\n    --hash=sha256:dd\n"
    )
    assert pinned(listed, TARGET) == {"new-name": "new-name==2.0 --hash=sha256:bb --hash=sha256:cc"}
    assert set(pinned(listed, Runtime(3, 11))) == {"old-name"}


def test_wheels_are_fetched_once(tmp_path: Path, mirror: Path) -> None:
    wheel = write_wheel(mirror, "some-thing", "1.2", {"some_thing.py": "A = 1\n"})
    listed = tmp_path / "requirements.txt"
    listed.write_text(pin(wheel, "some-thing", "1.2"))
    found = fetch_wheels(listed, ["some-thing"], TARGET, tmp_path / "wheels", quiet)
    assert found["some-thing"].read_bytes() == wheel.read_bytes()
    wheel.unlink()
    again = fetch_wheels(listed, ["some-thing"], TARGET, tmp_path / "wheels", quiet)
    assert again == found


def test_a_wheel_that_was_altered_is_refused(tmp_path: Path, mirror: Path) -> None:
    wheel = write_wheel(mirror, "thing", "1", {"thing.py": "A = 1\n"})
    listed = tmp_path / "requirements.txt"
    listed.write_text(pin(wheel, "thing", "1"))
    write_wheel(mirror, "thing", "1", {"thing.py": "A = 2\n"})
    with pytest.raises(FetchError, match="DO NOT MATCH THE HASHES"):
        fetch_wheels(listed, ["thing"], TARGET, tmp_path / "wheels", quiet)


def test_a_distribution_without_wheel_is_named(tmp_path: Path, mirror: Path) -> None:
    listed = tmp_path / "requirements.txt"
    listed.write_text("absent==1 --hash=sha256:" + 64 * "0" + "\n")
    with pytest.raises(FetchError, match="absent==1"):
        fetch_wheels(listed, ["absent"], TARGET, tmp_path / "wheels", quiet)


def test_only_what_goes_in_is_unpacked_where_an_installer_would_put_it(tmp_path: Path) -> None:
    files = {
        "pure/__init__.py": "",
        "pure/tests/test_it.py": "",
        "pure-1.data/purelib/beside.py": "",
        "pure-1.data/scripts/run.py": "",
    }
    unpack("pure", write_wheel(tmp_path, "pure", "1", files), tmp_path / "layer")
    found = {
        path.relative_to(tmp_path / "layer").as_posix()
        for path in (tmp_path / "layer").rglob("*")
        if path.is_file()
    }
    assert found == {"pure/__init__.py", "beside.py", "pure-1.dist-info/METADATA"}
