"""The OpenVINO runtime: one Core for the process, networks compiled once for low latency.

Networks are fed 8-bit BGR images as they come from the decoder; the change of type and layout is
part of the compiled graph, where it is vectorised.
"""

from __future__ import annotations

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino.preprocess import PrePostProcessor

from deep_learning.catalogue import Catalogue, NetworkEntry, Role, TensorContract
from deep_learning.errors import ConfigurationError, ModelError

MAX_THREADS = 64


class Network:
    """A compiled network with one inference request of its own."""

    def __init__(self, entry: NetworkEntry, compiled: ov.CompiledModel) -> None:
        self.entry = entry
        self._request = compiled.create_infer_request()
        # Views of the request's own memory: what a call costs beside the network is paid once.
        self._input = self._request.get_input_tensor().data
        self._outputs = tuple(
            self._request.get_tensor(
                compiled.output(index if contract.name is None else contract.name)
            ).data
            for index, contract in enumerate(entry.outputs)
        )

    @property
    def input_height_width(self) -> tuple[int, int]:
        """Height and width of the image the network takes, in pixels."""
        _, _, height, width = self.entry.input.shape
        return height, width

    def infer(self, image: NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:
        """Run the network on one image.

        Args:
            image: BGR, shape [height, width, 3], of the network's size.

        Returns:
            The outputs in the order of the contract, float32. They are views of the request's
            memory: valid until the next call.
        """
        self._input[0] = image
        self._request.infer(share_outputs=True)
        return self._outputs


class Runtime:
    """Compiles networks of a catalogue for the CPU.

    Args:
        threads: inference threads; never more than the vCPUs there are.

    Raises:
        ConfigurationError: ``threads`` is out of range.
    """

    def __init__(self, threads: int) -> None:
        if not 1 <= threads <= MAX_THREADS:
            raise ConfigurationError(f"threads is {threads}; allowed are 1 to {MAX_THREADS}")
        self._core = ov.Core()
        self._core.set_property(
            "CPU",
            {
                "PERFORMANCE_HINT": "LATENCY",
                "INFERENCE_NUM_THREADS": threads,
                "NUM_STREAMS": 1,
            },
        )

    def load(self, catalogue: Catalogue, role: Role) -> Network:
        """Compile the network that plays ``role``.

        Raises:
            ModelError: a file is missing or altered, or the network breaks its contract.
        """
        entry = catalogue.entry(role)
        description = catalogue.read_verified(entry.description)
        weights = catalogue.read_verified(entry.weights)
        try:
            model = self._core.read_model(description, weights)
            _check_contract(entry, model)
            return Network(entry, self._core.compile_model(_with_image_input(model), "CPU"))
        except RuntimeError as error:
            raise ModelError(f"network {entry.name} cannot be loaded: {error}") from error


def _check_contract(entry: NetworkEntry, model: ov.Model) -> None:
    _check_port(entry, "input", entry.input, 0, model.inputs)
    for index, output in enumerate(entry.outputs):
        _check_port(entry, "output", output, index, model.outputs)


def _check_port(
    entry: NetworkEntry, kind: str, contract: TensorContract, index: int, ports: list[ov.Output]
) -> None:
    """Compare a tensor with the port of its name, or of its place where it has no name."""
    found = [
        list(port.shape)
        for place, port in enumerate(ports)
        if (place == index if contract.name is None else contract.name in port.get_names())
    ]
    if found != [list(contract.shape)]:
        raise ModelError(
            f"network {entry.name}: {kind} {contract.name or index} of shape "
            f"{list(contract.shape)} expected, found {found}"
        )


def _with_image_input(model: ov.Model) -> ov.Model:
    steps = PrePostProcessor(model)
    steps.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
    steps.input().model().set_layout(ov.Layout("NCHW"))
    for index in range(len(model.outputs)):
        steps.output(index).tensor().set_element_type(ov.Type.f32)
    return steps.build()
