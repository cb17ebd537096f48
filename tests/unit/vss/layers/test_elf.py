from pathlib import Path

import numpy as np
import pytest

from vss.layers.elf import Binary, BinaryError, binaries, check, parse, read

FOLDER = Path("/layers")


def binary(name: str, libraries: tuple[str, ...] = (), versions: tuple[str, ...] = ()) -> Binary:
    return Binary(FOLDER / name, libraries, versions)


def test_a_real_binary_tells_what_it_needs() -> None:
    (path,) = Path(np.__file__).parent.glob("_core/_multiarray_umath.*.so")
    found = read(path)
    assert {"libc.so.6", "libm.so.6"} <= set(found.libraries)
    assert any(version.startswith("GLIBC_2.") for version in found.versions)


def test_only_binaries_are_read(tmp_path: Path) -> None:
    (tmp_path / "text.so").write_text("no binary")
    (tmp_path / "tool").write_bytes(Path("/bin/true").read_bytes())
    assert [found.path.name for found in binaries(tmp_path)] == ["tool"]


def test_what_lambda_has_passes() -> None:
    versions = ("GLIBC_2.34", "GLIBCXX_3.4.29", "GLIBC_2.2.5", "OPENSSL_9")
    check([binary("a.so", ("libc.so.6", "libb.so.1"), versions), binary("libb.so.1")], FOLDER)


def test_what_lambda_lacks_is_named_all_at_once() -> None:
    found = [
        binary("a.so", ("libgomp.so.1",)),
        binary("b.so", versions=("GLIBC_2.35",)),
        binary("c.so", versions=("GLIBCXX_3.4.30",)),
    ]
    with pytest.raises(BinaryError) as raised:
        check(found, FOLDER)
    message = str(raised.value)
    assert "a.so is linked to libgomp.so.1, which is neither in a layer nor on Lambda" in message
    assert "b.so needs GLIBC_2.35; Lambda has up to GLIBC_2.34" in message
    assert "c.so needs GLIBCXX_3.4.30; Lambda has up to GLIBCXX_3.4.29" in message


@pytest.mark.parametrize(
    ("version", "parsed"),
    [
        ("GLIBC_2.2.5", ("GLIBC", (2, 2, 5))),
        ("GLIBC_PRIVATE", ("GLIBC_PRIVATE", ())),
        ("libtbb", ("libtbb", ())),
    ],
)
def test_versions_are_numbers_not_texts(version: str, parsed: tuple[str, tuple[int, ...]]) -> None:
    assert parse(version) == parsed
    assert parse("GLIBC_2.4")[1] < parse("GLIBC_2.34")[1]
