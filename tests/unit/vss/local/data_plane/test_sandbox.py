from __future__ import annotations

import sys
from pathlib import Path

import pytest

from vss.local.data_plane import sandbox
from vss.local.data_plane.network import HostNetwork
from vss.local.data_plane.sandbox import Enforcement, Mount, bubblewrap, detect, without_opt


@pytest.mark.parametrize(
    ("value", "moved"),
    [
        ("/opt/models/manifest.json", "/x/opt/models/manifest.json"),
        ("/opt", "/x/opt"),
        ("/usr/lib:/opt/lib:/opt", "/usr/lib:/x/opt/lib:/x/opt"),
        ("/optional", "/optional"),
        ("/usr/opt/a", "/usr/opt/a"),
        ("arn:aws:kms:eu-west-1:1:key/opt", "arn:aws:kms:eu-west-1:1:key/opt"),
    ],
)
def test_paths_below_opt_are_moved(value: str, moved: str) -> None:
    assert without_opt({"A": value}, Path("/x/opt")) == {"A": moved}


def test_nothing_is_tried_where_no_sandbox_is_wanted() -> None:
    found = detect(wanted=False)
    assert found == Enforcement(False, False, "--no-sandbox")
    network = found.network()
    assert type(network) is HostNetwork
    network.close()


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(sandbox.ControlGroup, "create", _refuse)
    found = detect(wanted=True)
    assert not found.isolated
    assert not found.limited
    assert found.missing == (
        "bubblewrap (bwrap) is not installed; control groups: Permission denied; needs root"
    )
    assert all(found.missing in how for how in found.describe().values())


def _refuse(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_mounts_are_read_only_and_the_root_is_sealed_last() -> None:
    command = bubblewrap(
        [Mount(Path("/a"), "/var/task")], storage_mb=512, prefix=Path(sys.base_prefix)
    )
    at = command.index("/a")
    assert command[at - 1 : at + 2] == ["--ro-bind", "/a", "/var/task"]
    assert "--bind" not in command
    assert command[-4:] == ["--remount-ro", "/", "--chdir", "/var/task"]
    size = command.index("--size")
    assert command[size : size + 4] == ["--size", str(512 << 20), "--tmpfs", "/tmp"]  # noqa: S108
