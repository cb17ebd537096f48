"""Networks that are published in another format: converted to OpenVINO IR as ours are.

Conversion is deterministic for a given version of OpenVINO, which is pinned: what comes out is
compared with the manifest like any file that was fetched.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from deep_learning.catalogue import NetworkEntry

from vss.models.errors import FetchError

if TYPE_CHECKING:
    import openvino as ov


def convert(root: Path, entry: NetworkEntry) -> None:
    """Write description and weights of ``entry`` from its original, which lies in its place.

    The input becomes what all our networks take, BGR 0..255 [1, 3, height, width]; inputs and
    outputs get the names of the contract, in the order of the shapes.

    Args:
        root: folder of the manifest.
        entry: has an original: RGB 0..1 [1, height, width, 3] in TFLite format.

    Raises:
        FetchError: the original cannot be read, or is not of the contract's shapes.
    """
    # A pull of files that need no conversion does without OpenVINO, whose start takes a second.
    import openvino as ov
    from openvino.preprocess import ColorFormat, PrePostProcessor

    assert entry.original is not None  # noqa: S101 (the caller's choice)
    target = root / entry.description.path
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        steps = PrePostProcessor(ov.Core().read_model(root / entry.original.path))
        tensor = steps.input().tensor()
        tensor.set_layout(ov.Layout("NCHW")).set_color_format(ColorFormat.BGR)
        steps.input().model().set_layout(ov.Layout("NHWC"))
        steps.input().preprocess().convert_color(ColorFormat.RGB).scale(255.0)
        model = steps.build()
        _name_ports(model, entry)
    except RuntimeError as error:
        raise FetchError(f"{entry.original.path} cannot be converted: {error}") from error
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder) / target.name
        ov.save_model(model, made, compress_to_fp16=True)
        for file in (entry.weights, entry.description):
            made.with_suffix(Path(file.path).suffix).replace(root / file.path)


def _name_ports(model: ov.Model, entry: NetworkEntry) -> None:
    model.set_friendly_name(entry.name)
    # By default some layers are numbered in the order in which the process makes them.
    for number, layer in enumerate(model.get_ordered_ops()):
        layer.set_friendly_name(f"{layer.get_type_name()}_{number}")
    contracts = [(entry.input, model.inputs)]
    contracts += [(output, model.outputs) for output in entry.outputs]
    for contract, ports in contracts:
        found = [port for port in ports if list(port.shape) == list(contract.shape)]
        if len(found) != 1 or contract.name is None:
            raise FetchError(
                f"network {entry.name}: one tensor of shape {list(contract.shape)} expected, "
                f"found {len(found)}"
            )
        found[0].get_tensor().set_names({contract.name})
