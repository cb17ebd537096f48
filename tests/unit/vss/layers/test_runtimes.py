import subprocess
import sys

import pytest
from deep_learning.errors import ConfigurationError

from vss.layers.runtimes import LAMBDA, Runtime, check_host, platform_tags

HERE = f"python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.mark.parametrize("name", [*LAMBDA, HERE])
def test_managed_runtimes_and_this_python_are_known(name: str) -> None:
    assert Runtime.named(name).name == name


@pytest.mark.parametrize("name", ["python3.9", "python2.7", "3.13", "nodejs22.x", "python3.13.1"])
def test_other_runtimes_are_refused_by_name(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"'{name}' is unknown; allowed: python3.12, "):
        Runtime.named(name)


def test_interpreter_is_of_the_version_asked_for() -> None:
    path = Runtime.named(HERE).interpreter()
    assert path is not None
    code = "import sys; print(sys.prefix == sys.base_prefix, *sys.version_info[:2])"
    said = subprocess.run([path, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["True", *(str(part) for part in sys.version_info[:2])]


def test_no_interpreter_is_invented() -> None:
    assert Runtime(3, 99).interpreter() is None


def test_wheels_may_need_what_lambda_has_and_nothing_newer() -> None:
    tags = platform_tags()
    assert tags[0] == "manylinux_2_34_x86_64"
    assert {"manylinux_2_17_x86_64", "manylinux2014_x86_64"} <= set(tags)
    assert "manylinux_2_35_x86_64" not in tags


def test_linux_on_x86_64_can_build() -> None:
    check_host("Linux", "x86_64")


@pytest.mark.parametrize("host", [("Darwin", "arm64"), ("Linux", "aarch64")])
def test_another_host_is_told_where_to_build(host: tuple[str, str]) -> None:
    with pytest.raises(ConfigurationError, match=f"this is {host[0]} {host[1]}; build on such"):
        check_host(*host)
