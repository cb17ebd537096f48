"""Compiles networks ahead for kinds of processor.

A blob fits the processors of one kind alone, and Lambda has several. A process can play every kind
that its own processor includes; that is why each kind has a process of its own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import openvino as ov
from deep_learning import blobs, runtime
from deep_learning.blobs import blob_name
from deep_learning.catalogue import Catalogue
from deep_learning.errors import ConfigurationError, SurveillanceError
from deep_learning.network_entry import NetworkEntry
from packaging.requirements import Requirement

from vss.commands import run_command


@dataclass(frozen=True, slots=True)
class Processor:
    """A kind of processor.

    Attributes:
        isa: its name for oneDNN's variable ONEDNN_MAX_CPU_ISA.
        header: its name in the header of a blob.
        precision: that it computes in. A process that plays a processor without bfloat16 would
            take that from the real one.
    """

    isa: str
    header: str
    precision: str


PROCESSORS: Mapping[str, Processor] = {
    "avx2": Processor("AVX2", "Intel AVX2", "f32"),
    "avx512": Processor(
        "AVX512_CORE",
        "Intel AVX-512 with AVX512BW, AVX512VL, and AVX512DQ extensions",
        "f32",
    ),
    "avx512_vnni": Processor("AVX512_CORE_VNNI", "Intel AVX-512 with Intel DL Boost", "f32"),
    "avx512_bf16": Processor(
        "AVX512_CORE_BF16",
        "Intel AVX-512 with Intel DL Boost and bfloat16 support",
        "bf16",
    ),
    "amx": Processor(
        "AVX512_CORE_AMX",
        "Intel AVX10.1 and Intel AMX with bfloat16 and 8-bit integer support",
        "bf16",
    ),
}
"""Kinds of processor that Lambda may have, by the names of the setting."""


class BlobError(SurveillanceError):
    """A network could not be compiled ahead."""


def export_blobs(
    manifest: Path, model_set: str, processors: Collection[str], cache: Path
) -> dict[Path, Path]:
    """Compile the networks of a set for kinds of processor; what the cache has is not done again.

    Args:
        manifest: of the networks.
        model_set: the set.
        processors: keys of ``PROCESSORS``.
        cache: folder.

    Returns:
        Place below the manifest's folder: path of each blob.

    Raises:
        BlobError: this machine's processor is not of a kind, or a network cannot be compiled.
    """
    catalogue = Catalogue.read(manifest, model_set)
    found = {}
    for processor in processors:
        folder = cache / _cache_key(catalogue, processor)
        if not folder.exists():
            _export(manifest, model_set, processor, folder)
        for path in sorted(folder.iterdir()):
            found[Path(blobs.FOLDER, processor, path.name)] = path
    return found


def check_version(requirements: Path) -> None:
    """Check that this machine has the OpenVINO that ``requirements`` pin: blobs fit no other.

    Raises:
        ConfigurationError: it has not.
    """
    lines = requirements.read_text("utf-8").splitlines()
    (line,) = (line for line in lines if line.startswith("openvino=="))
    pin = Requirement(line.split(" ")[0])
    if not pin.specifier.contains(version("openvino")):
        raise ConfigurationError(
            f"{requirements} pins {pin}, installed is {version('openvino')}: a network compiled "
            "ahead would not load; `make setup`"
        )


def _cache_key(catalogue: Catalogue, processor: str) -> str:
    files = [file for entry in catalogue.networks for file in entry.files]
    makers = [Path(module.__file__ or "") for module in (blobs, runtime)]
    parts = [processor, version("openvino"), *(file.sha384 for file in files)]
    parts += [hashlib.sha256(maker.read_bytes()).hexdigest() for maker in makers]
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:32]


def _export(manifest: Path, model_set: str, processor: str, folder: Path) -> None:
    wanted = PROCESSORS[processor]
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        command = [sys.executable, "-m", __name__, str(manifest), model_set, wanted.header]
        command += [wanted.precision, str(part)]
        environment = os.environ | {"ONEDNN_MAX_CPU_ISA": wanted.isa}
        run_command(command, environment, lambda line: None, BlobError)
        # Where another process was faster, its blobs are the same.
        if not folder.exists():
            part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def compile_ahead(catalogue: Catalogue, entry: NetworkEntry, precision: str) -> tuple[str, bytes]:
    """Return the processor that this process plays, and the blob of a network for it.

    Raises:
        ModelError: the network cannot be read.
    """
    core = ov.Core()
    options = {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"}
    compiled = core.compile_model(runtime.image_network(core, catalogue, entry), "CPU", options)
    return runtime.processor_of(compiled), compiled.export_model().getvalue()


def main(manifest: str, model_set: str, expected: str, precision: str, folder: str) -> None:
    """Compile all networks of a set in the process that plays the expected processor."""
    catalogue = Catalogue.read(Path(manifest), model_set)
    for entry in catalogue.networks:
        played, content = compile_ahead(catalogue, entry, precision)
        if played != expected:
            sys.exit(f"this machine's processor is {played}, it cannot play {expected}")
        Path(folder, blob_name(entry, content)).write_bytes(content)


if __name__ == "__main__":
    main(*sys.argv[1:])
