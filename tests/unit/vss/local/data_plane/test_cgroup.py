"""Control groups in a tree of plain files; the kernel's own are tested with the sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from vss.local.data_plane.cgroup import ControlGroup, Limits, remove_abandoned

NO_PROCESS = 2**22 + 1


@pytest.fixture(params=["v1", "v2"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def root(tmp_path: Path, version: str) -> Path:
    if version == "v2":
        (tmp_path / "cgroup.controllers").write_text("cpu memory pids")
    else:
        for controller in ("memory", "cpu", "pids"):
            (tmp_path / controller).mkdir()
    return tmp_path


def written(root: Path) -> dict[str, str]:
    return {
        path.name: path.read_text()
        for path in root.rglob("vss-function-*/*")
        if path.name != "cgroup.procs"
    }


@pytest.mark.parametrize(
    ("memory_mb", "quota"), [(128, 7235), (1769, 100_000), (3538, 200_000), (10_240, 578_858)]
)
def test_cpu_follows_memory(memory_mb: int, quota: int) -> None:
    assert Limits(memory_mb).cpu_quota_us == quota


def test_a_cpu_share_of_its_own_does_not_follow_memory() -> None:
    assert Limits(10_240, vcpus=0.2).cpu_quota_us == 20_000


def test_limits_are_written(root: Path, version: str) -> None:
    ControlGroup.create("1-1", Limits(1769), root)
    size = str(1769 << 20)
    common = {"pids.max": "1024"}
    expected = {
        "v1": {
            "memory.limit_in_bytes": size,
            "memory.memsw.limit_in_bytes": size,
            "cpu.cfs_period_us": "100000",
            "cpu.cfs_quota_us": "100000",
        },
        "v2": {"memory.max": size, "memory.swap.max": "0", "cpu.max": "100000 100000"},
    }
    assert written(root) == common | expected[version]
    if version == "v2":
        assert (root / "cgroup.subtree_control").read_text() == "+memory +cpu +pids"


def test_a_process_enters_every_hierarchy(root: Path, version: str) -> None:
    entry = ControlGroup.create("1-1", Limits(128), root).entry()
    folders = entry[entry.index("sh", 1) + 1 : entry.index("--")]
    assert len(folders) == {"v1": 3, "v2": 1}[version]
    assert all(Path(folder).is_dir() for folder in folders)


@pytest.mark.parametrize("kills", [0, 2])
def test_kills_for_want_of_memory_are_counted(root: Path, version: str, kills: int) -> None:
    group = ControlGroup.create("1-1", Limits(128), root)
    name = {
        "v1": "memory/vss-function-1-1/memory.oom_control",
        "v2": "vss-function-1-1/memory.events",
    }
    (root / name[version]).write_text(f"oom_kill_disable 0\nunder_oom 0\noom_kill {kills}\n")
    assert group.out_of_memory_kills() == kills


def test_without_controllers_there_is_no_group(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="memory"):
        ControlGroup.create("1-1", Limits(128), tmp_path)


def test_only_groups_of_dead_owners_are_removed(tmp_path: Path) -> None:
    for controller in ("memory", "cpu", "pids"):
        for name in (f"vss-function-{NO_PROCESS}-1", "vss-function-1-1", f"other-{NO_PROCESS}-1"):
            (tmp_path / controller / name).mkdir(parents=True)
    removed = remove_abandoned(tmp_path)
    assert removed == 3
    left = {path.name for path in tmp_path.glob("*/*")}
    assert left == {"vss-function-1-1", f"other-{NO_PROCESS}-1"}
