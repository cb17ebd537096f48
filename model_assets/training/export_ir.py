"""Write a trained network as OpenVINO IR with half-precision weights."""

from __future__ import annotations

from pathlib import Path

import openvino
import torch
from torch import nn

from model_assets.training.manifest_entry import Trained


def export(
    network: nn.Module, shape: tuple[int, int, int, int], contract: Trained, out: Path
) -> int:
    """Write the network; its folders are made.

    Args:
        network: takes images of ``shape`` and gives one tensor per output of the contract.
        shape: of the input, fixed.
        contract: names of the network, its input and its outputs.
        out: folder of the network.

    Returns:
        Bytes of both files.
    """
    path = contract.path(out)
    network = network.cpu().to(memory_format=torch.contiguous_format).eval()
    converted = openvino.convert_model(network, example_input=torch.zeros(shape), input=[shape])
    # By default models and layers are numbered in the order in which the process makes them.
    converted.set_friendly_name(path.stem)
    for number, layer in enumerate(converted.get_ordered_ops()):
        layer.set_friendly_name(f"{layer.get_type_name()}_{number}")
    converted.inputs[0].get_tensor().set_names({contract.input})
    converted.inputs[0].get_node().set_friendly_name(contract.input)
    for output, name in zip(converted.outputs, contract.outputs, strict=True):
        output.get_tensor().set_names({name})
    path.parent.mkdir(parents=True, exist_ok=True)
    openvino.save_model(converted, path, compress_to_fp16=True)
    return sum(path.with_suffix(suffix).stat().st_size for suffix in (".xml", ".bin"))
