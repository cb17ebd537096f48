"""Tiny wheels and a repository to build layers from."""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

TAGS = "py3-none-any"


def write_wheel(folder: Path, name: str, version: str, files: Mapping[str, str]) -> Path:
    """Write a wheel that pip accepts."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = name.replace("-", "_")
    path = folder / f"{plain}-{version}-{TAGS}.whl"
    info = f"{plain}-{version}.dist-info"
    content = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {TAGS}\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for place, text in content.items():
            # Without a time of its own an entry carries the present one.
            archive.writestr(zipfile.ZipInfo(place), text)
    return path


def pin(wheel: Path, name: str, version: str) -> str:
    """Return the line of a requirements file for a wheel."""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return f"{name}=={version} \\\n    --hash=sha256:{digest}\n    # via somebody\n"
