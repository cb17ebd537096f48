from __future__ import annotations

from pathlib import Path

from vss.layers.opencv import forget_paths


def test_what_is_generated_to_be_compiled_names_no_folder_of_this_machine(tmp_path: Path) -> None:
    inner = tmp_path / "build" / "modules"
    inner.mkdir(parents=True)
    text = '"C++ Compiler: /home/ann/cache/bin/c++\\n" "/home/ann/cache/work-7/build"\n'
    for name in ("version_string.inc", "opencv_data_config.hpp", "build.ninja", "simd.hpp"):
        (inner / name).write_text(text)
    forget_paths(tmp_path, {"/home/ann/cache/work-7": "work", "/home/ann/cache": "cache"})
    expected = '"C++ Compiler: cache/bin/c++\\n" "work/build"\n'
    assert (inner / "version_string.inc").read_text() == expected
    assert (inner / "opencv_data_config.hpp").read_text() == expected
    # What is included or built by its path needs the folders.
    assert (inner / "build.ninja").read_text() == text
    assert (inner / "simd.hpp").read_text() == text
