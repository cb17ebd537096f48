"""The OpenVINO runtime: one Core for the process, networks compiled once for low latency.

Networks are fed 8-bit BGR images as they come from the decoder; the change of type and layout is
part of the compiled graph, where it is vectorised.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from threading import Lock

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino.preprocess import PrePostProcessor

from deep_learning.blobs import blobs_of, read_blob
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
    """Compiles networks of a catalogue for the CPU; several at once, if asked from several threads.

    Args:
        threads: inference threads; never more than the vCPUs there are.

    Attributes:
        from_blobs: number of networks that were loaded from their blobs.
        processor: the kind that the networks were loaded for, in OpenVINO's words.

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

        self._counting = Lock()
        self.from_blobs = 0
        self.processor = "unknown"
        # Kinds of processor, by their folders, that this one is not of.
        self._foreign: set[Path] = set()

    def load(self, catalogue: Catalogue, role: Role) -> Network:
        """Load the network that plays ``role``: its blob where one fits, else compile it.

        Raises:
            ModelError: a file is missing or altered, or the network breaks its contract.
        """
        entry = catalogue.entry(role)
        blob = self._import(catalogue.root, entry)
        compiled = blob or self._compile(catalogue, entry)
        with self._counting:
            self.from_blobs += blob is not None
            self.processor = processor_of(compiled)
        return Network(entry, compiled)

    def _import(self, root: Path, entry: NetworkEntry) -> ov.CompiledModel | None:
        for path in blobs_of(root, entry):
            if path.parent in self._foreign or (content := read_blob(path)) is None:
                continue
            try:
                return self._core.import_model(BytesIO(content), "CPU")
            except RuntimeError:
                self._foreign.add(path.parent)
        return None

    def _compile(self, catalogue: Catalogue, entry: NetworkEntry) -> ov.CompiledModel:
        model = image_network(self._core, catalogue, entry)
        try:
            return self._core.compile_model(model, "CPU")
        except RuntimeError as error:
            raise ModelError(f"network {entry.name} cannot be loaded: {error}") from error


def image_network(core: ov.Core, catalogue: Catalogue, entry: NetworkEntry) -> ov.Model:
    """Read a network that takes images as they come from the decoder.

    Raises:
        ModelError: a file is missing or altered, or the network breaks its contract.
    """
    description = catalogue.read_verified(entry.description)
    weights = catalogue.read_verified(entry.weights)
    try:
        model = core.read_model(description, weights)
        _check_contract(entry, model)
        return _with_image_input(model)
    except RuntimeError as error:
        raise ModelError(f"network {entry.name} cannot be loaded: {error}") from error


def processor_of(compiled: ov.CompiledModel) -> str:
    """Return the instruction set a network is compiled for, as blobs carry it in their header."""
    requirements = str(compiled.get_property("RUNTIME_REQUIREMENTS"))
    return requirements.partition("isa=")[2]


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
