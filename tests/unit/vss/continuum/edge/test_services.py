"""Services of this machine, from an FDL file; what it cannot do is refused with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from deep_learning.errors import ConfigurationError
from supervisor.description import Credentials, Provider

from vss.continuum.edge.services import edge_service, local_services
from vss.continuum.edge.settings import RunnerSettings
from vss.continuum.fdl.loading import load
from vss.continuum.fdl.models import OscarService, StorageProviders

SERVICE: dict[str, Any] = {
    "name": "anonymise",
    "image": "grycap/blurry-faces",
    "script": "blur.sh",
    "memory": "2Gi",
    "cpu": "1.5",
    "input": [{"storage_provider": "minio", "path": "anonymise/input"}],
    "output": [
        {"storage_provider": "minio", "path": "anonymise/output"},
        {"storage_provider": "s3.cloud", "path": "masks/in", "suffix": ["jpg"], "prefix": ["v"]},
    ],
    "environment": {"Variables": {"RATE": "5"}, "secrets": {"KEY": "env:KEY"}},
}
PROVIDERS = {
    "minio": {
        "default": {
            "access_key": "env:A",
            "secret_key": "file:/run/b",
            "endpoint": "https://store.local:9000",
            "verify": False,
        }
    },
    "s3": {"cloud": {"access_key": "env:C", "secret_key": "env:D", "region": "eu-west-1"}},
}


def write(folder: Path, changes: dict[str, Any], providers: dict[str, Any] = PROVIDERS) -> Path:
    service = {key: value for key, value in (SERVICE | changes).items() if value is not None}
    functions = {"oscar": [{"local": service}, {"elsewhere": {**SERVICE, "name": "other"}}]}
    path = folder / "fdl.yaml"
    path.write_text(yaml.safe_dump({"functions": functions, "storage_providers": providers}))
    (folder / "blur.sh").write_text("#!/bin/sh\r\necho\r\n")
    return path


def test_a_service_is_read(tmp_path: Path) -> None:
    (found,) = local_services(load(write(tmp_path, {})))
    description = found.description
    assert (found.name, found.image) == ("anonymise", "grycap/blurry-faces")
    assert (found.memory_bytes, found.vcpus, found.concurrency) == (2 << 30, 1.5, None)
    assert description.script == "#!/bin/sh\necho\n"
    assert [place.provider for place in description.inputs] == ["minio.default"]
    assert [(o.place.provider, o.place.bucket, o.place.folder) for o in description.outputs] == [
        ("minio.default", "anonymise", "output"),
        ("s3.cloud", "masks", "in"),
    ]
    assert description.outputs[1].takes("v1.jpg")
    assert not description.outputs[1].takes("x.jpg")
    assert description.providers == {
        "minio.default": Provider(
            Credentials("env:A", "file:/run/b"), "https://store.local:9000", "us-east-1", False
        ),
        "s3.cloud": Provider(Credentials("env:C", "env:D"), None, "eu-west-1"),
    }
    assert description.variables == {"RATE": "5", "OSCAR_SERVICE_NAME": "anonymise"}
    assert description.secrets == {"KEY": "env:KEY"}


def test_the_totals_of_a_service_bound_its_runs(tmp_path: Path) -> None:
    changes = {"total_memory": "6Gi", "total_cpu": "4"}
    assert local_services(load(write(tmp_path, changes)))[0].concurrency == 2


def test_file_stage_in_skips_the_download(tmp_path: Path) -> None:
    (found,) = local_services(load(write(tmp_path, {"file_stage_in": True})))
    assert not found.description.download_input


ONEDATA = {
    "onedata": {"default": {"oneprovider_host": "h.example", "token": "env:T", "space": "s"}},
    **PROVIDERS,
}
RUCIO_FIELDS = {
    "host": "h.example",
    "auth_host": "h.example",
    "account": "a",
    "rse": "r",
    "refresh_token": "env:T",
}
REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "gpu": ({"enable_gpu": True}, PROVIDERS, "enable_gpu: GPUs are not handed"),
    "sgx": ({"enable_sgx": True}, PROVIDERS, "enable_sgx"),
    "exposed": ({"expose": {"api_port": 80}}, PROVIDERS, "expose: services are not opened"),
    "volume": ({"volume": {"size": "1Gi", "mount_path": "/d"}}, PROVIDERS, "volume"),
    "mount": (
        {"mount": {"storage_provider": "minio", "path": "data/b"}},
        PROVIDERS,
        "mount: storage is not mounted",
    ),
    "no input": ({"input": None}, PROVIDERS, "nothing ever starts it"),
    "totals": ({"total_memory": "1Gi"}, PROVIDERS, "allow not even one run"),
    "onedata": (
        {"output": [{"storage_provider": "onedata", "path": "a/b"}]},
        ONEDATA,
        "onedata is read in FDL files, but not reached from here; allowed are s3, minio",
    ),
    "webdav": (
        {"input": [{"storage_provider": "webdav.w", "path": "a/b"}]},
        {
            **PROVIDERS,
            "webdav": {"w": {"hostname": "h.example", "login": "env:L", "password": "env:P"}},
        },
        "webdav is read in FDL files",
    ),
    "rucio": (
        {"output": [{"storage_provider": "rucio", "path": "a/b"}]},
        {**PROVIDERS, "rucio": {"default": RUCIO_FIELDS}},
        "rucio is read in FDL files",
    ),
    "undeclared minio": (
        {},
        {"s3": PROVIDERS["s3"]},
        r"declare it below storage_providers.minio.default, with its keys and its endpoint",
    ),
    "tags": ({"annotations": {"vss/object-tags": "anonymised"}}, PROVIDERS, "name=value"),
}


@pytest.mark.parametrize(("changes", "providers", "message"), REFUSED.values(), ids=REFUSED)
def test_what_this_machine_does_not_do_is_refused(
    changes: dict[str, Any], providers: dict[str, Any], message: str
) -> None:
    """The check of a file finds some of it as well; services may come without one."""
    fields = {key: value for key, value in (SERVICE | changes).items() if value is not None}
    service = OscarService.model_validate(fields)
    with pytest.raises(ConfigurationError, match=message):
        edge_service(service, "true", StorageProviders.model_validate(providers))


def test_a_script_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, {})
    (tmp_path / "blur.sh").write_bytes(b"\xff\xfe")
    loaded = load(path)
    with pytest.raises(ConfigurationError, match=r"blur.sh"):
        local_services(loaded)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("concurrency", 0),
        ("max_attempts", 0),
        ("poll_interval_s", 0),
        ("script_timeout_s", -1),
        ("reserve_bytes", -1),
        ("first_pause_s", -0.1),
    ],
)
def test_settings_out_of_range_are_named(tmp_path: Path, name: str, value: float) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} is {value}"):
        RunnerSettings(tmp_path, **{name: value})  # type: ignore[arg-type]


def test_pauses_double_up_to_the_longest(tmp_path: Path) -> None:
    settings = RunnerSettings(tmp_path, first_pause_s=1, most_pause_s=60)
    assert [settings.pause_s(n) for n in (0, 1, 2, 3, 7, 10_000)] == [1, 1, 2, 4, 60, 60]
