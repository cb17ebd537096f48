"""Write a trained network as OpenVINO IR with half-precision weights."""

from __future__ import annotations

from pathlib import Path

import openvino
import torch
from torch import nn

PRECISION = "FP16"


def export(
    network: nn.Module,
    shape: tuple[int, int, int, int],
    input_name: str,
    output_names: tuple[str, ...],
    path: Path,
) -> int:
    """Write ``path`` (.xml) and its .bin; the folder is made.

    Args:
        network: takes images of ``shape`` and gives one tensor per output name.
        shape: of the input, fixed.
        input_name: name of the input tensor.
        output_names: names of the output tensors, in order.
        path: of the .xml.

    Returns:
        Bytes of both files.
    """
    network = network.cpu().to(memory_format=torch.contiguous_format).eval()
    converted = openvino.convert_model(network, example_input=torch.zeros(shape), input=[shape])
    # By default models and layers are numbered in the order in which the process makes them.
    converted.set_friendly_name(path.stem)
    for number, layer in enumerate(converted.get_ordered_ops()):
        layer.set_friendly_name(f"{layer.get_type_name()}_{number}")
    converted.inputs[0].get_tensor().set_names({input_name})
    converted.inputs[0].get_node().set_friendly_name(input_name)
    for output, name in zip(converted.outputs, output_names, strict=True):
        output.get_tensor().set_names({name})
    path.parent.mkdir(parents=True, exist_ok=True)
    openvino.save_model(converted, path, compress_to_fp16=True)
    return sum(path.with_suffix(suffix).stat().st_size for suffix in (".xml", ".bin"))


def ir_path(out: Path, name: str) -> Path:
    """Return where the network ``name`` lies in its folder."""
    return out / PRECISION / f"{name}.xml"
