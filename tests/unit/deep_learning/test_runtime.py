"""The runtime compiles verified networks only and feeds them decoder images as they are."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset13 as ops
import pytest
from deep_learning.catalogue import Catalogue, Role
from deep_learning.errors import ConfigurationError, ModelError
from deep_learning.runtime import MAX_THREADS, Network, Runtime

from tests.factories import file_item, network_item, noise_image, write_manifest

WEIGHTS = np.array([1.0, -2.0, 0.5], np.float32)


def _save(model: ov.Model, folder: Path) -> list[dict[str, Any]]:
    ov.save_model(model, folder / "tiny.xml", compress_to_fp16=False)
    names = ("tiny.xml", "tiny.bin")
    return [file_item(folder, name, (folder / name).read_bytes()) for name in names]


def _tiny(element_type: type = np.float32) -> ov.Model:
    """Weigh the channels of an image: output 0 ``weighed`` [1,3,4,6], output 1 ``sums``."""
    image = ops.parameter([1, 3, 4, 6], element_type, name="image")
    image.output(0).set_names({"image"})
    weighed = ops.multiply(image, ops.constant(WEIGHTS.astype(element_type).reshape(1, 3, 1, 1)))
    weighed.output(0).set_names({"weighed"})
    sums = ops.reduce_sum(weighed, ops.constant([2, 3]), keep_dims=True)
    sums.output(0).set_names({"sums"})
    return ov.Model([ops.result(weighed), ops.result(sums)], [image], "tiny")


SUMS = {"name": "sums", "shape": [1, 3, 1, 1]}
WEIGHED = {"name": "weighed", "shape": [1, 3, 4, 6]}


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime(threads=1)


@pytest.fixture
def files(tmp_path: Path) -> list[dict[str, Any]]:
    return _save(_tiny(), tmp_path)


def _catalogue(root: Path, item: Mapping[str, Any]) -> Catalogue:
    return Catalogue.read(write_manifest(root, [item]), "demo")


@pytest.fixture
def network(runtime: Runtime, tmp_path: Path, files: list[dict[str, Any]]) -> Network:
    item = network_item(files, outputs=[SUMS, WEIGHED])
    return runtime.load(_catalogue(tmp_path, item), Role.BODY_POSE)


def test_infers_what_numpy_computes(network: Network) -> None:
    image = noise_image(4, 6)
    sums, weighed = network.infer(image)
    planes = image.transpose(2, 0, 1).astype(np.float32) * WEIGHTS[:, None, None]
    assert (sums.dtype, weighed.dtype) == (np.float32, np.float32)
    np.testing.assert_allclose(weighed, planes[np.newaxis], rtol=1e-5)
    np.testing.assert_allclose(sums.reshape(3), planes.sum((1, 2)), rtol=1e-5)


def test_outputs_without_a_name_are_taken_by_position(
    runtime: Runtime, tmp_path: Path, files: list[dict[str, Any]]
) -> None:
    item = network_item(files, outputs=[WEIGHED | {"name": None}])
    network = runtime.load(_catalogue(tmp_path, item), Role.BODY_POSE)
    (weighed,) = network.infer(noise_image(4, 6))
    assert weighed.shape == (1, 3, 4, 6)


def test_a_slice_of_an_image_gives_what_its_copy_gives(network: Network) -> None:
    image = noise_image(9, 20)[2:6, 3:15:2, ::-1]
    expected = [output.copy() for output in network.infer(np.ascontiguousarray(image))]
    for output, wanted in zip(network.infer(image), expected, strict=True):
        np.testing.assert_array_equal(output, wanted)


def test_outputs_are_valid_until_the_next_call(network: Network) -> None:
    first, second = noise_image(4, 6, seed=1), noise_image(4, 6, seed=2)
    sums, _ = network.infer(first)
    before = sums.copy()
    later, _ = network.infer(second)
    assert np.shares_memory(sums, later)
    assert not np.array_equal(before, later)
    np.testing.assert_array_equal(sums, later)


def test_an_image_may_be_dropped_after_its_inference(network: Network) -> None:
    image = noise_image(4, 6, seed=3)
    expected = network.infer(image)[0].copy()
    network.infer(noise_image(4, 6, seed=4))
    gc.collect()
    np.testing.assert_array_equal(network.infer(image.copy())[0], expected)


def test_reports_the_size_of_its_input(network: Network) -> None:
    assert network.input_height_width == (4, 6)
    assert network.entry.name == "tiny-0001"


@pytest.mark.parametrize("threads", [1, 2, MAX_THREADS])
def test_threads_in_range_are_accepted(threads: int) -> None:
    Runtime(threads)


@pytest.mark.parametrize("threads", [-1, 0, MAX_THREADS + 1])
def test_threads_out_of_range_are_refused(threads: int) -> None:
    with pytest.raises(ConfigurationError, match=rf"{threads}.*1 to {MAX_THREADS}"):
        Runtime(threads)


BROKEN_CONTRACTS: dict[str, dict[str, Any]] = {
    "input shape": {"input": {"name": "image", "shape": [1, 3, 4, 7]}},
    "input name": {"input": {"name": "picture", "shape": [1, 3, 4, 6]}},
    "output shape": {"outputs": [{"name": "sums", "shape": [1, 4, 1, 1]}]},
    "output name": {"outputs": [{"name": "totals", "shape": [1, 3, 1, 1]}]},
    "second output": {"outputs": [SUMS, {"name": "weighed", "shape": [1, 3, 6, 4]}]},
    "shape without name": {"outputs": [{"name": None, "shape": [1, 4, 1, 1]}]},
    "order without names": {"outputs": [SUMS | {"name": None}, WEIGHED | {"name": None}]},
    "more outputs than there are": {"outputs": [WEIGHED | {"name": None}] * 3},
}


@pytest.mark.parametrize("changes", BROKEN_CONTRACTS.values(), ids=BROKEN_CONTRACTS.keys())
def test_a_broken_contract_names_the_network(
    runtime: Runtime, tmp_path: Path, files: list[dict[str, Any]], changes: dict[str, Any]
) -> None:
    catalogue = _catalogue(tmp_path, network_item(files, **changes))
    with pytest.raises(ModelError, match="tiny-0001"):
        runtime.load(catalogue, Role.BODY_POSE)


@pytest.mark.parametrize("name", ["tiny.xml", "tiny.bin"])
def test_a_tampered_file_is_never_compiled(
    runtime: Runtime, tmp_path: Path, files: list[dict[str, Any]], name: str
) -> None:
    catalogue = _catalogue(tmp_path, network_item(files, outputs=[SUMS]))
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match=name):
        runtime.load(catalogue, Role.BODY_POSE)


@pytest.mark.parametrize("description", [b"no XML", b"<net/>", b'<?xml version="1.0"?><a/>'])
def test_a_description_that_is_no_network_names_the_network(
    runtime: Runtime, tmp_path: Path, description: bytes
) -> None:
    files = [
        file_item(tmp_path, "broken.xml", description),
        file_item(tmp_path, "broken.bin", b"weights"),
    ]
    catalogue = _catalogue(tmp_path, network_item(files))
    with pytest.raises(ModelError, match="tiny-0001"):
        runtime.load(catalogue, Role.BODY_POSE)


def test_weights_too_short_for_the_description_name_the_network(
    runtime: Runtime, tmp_path: Path, files: list[dict[str, Any]]
) -> None:
    short = file_item(tmp_path, "short.bin", (tmp_path / "tiny.bin").read_bytes()[:4])
    catalogue = _catalogue(tmp_path, network_item([files[0], short], outputs=[SUMS]))
    with pytest.raises(ModelError, match="tiny-0001"):
        runtime.load(catalogue, Role.BODY_POSE)


def test_a_network_with_two_inputs_names_the_network(runtime: Runtime, tmp_path: Path) -> None:
    image = ops.parameter([1, 3, 4, 6], np.float32, name="image")
    image.output(0).set_names({"image"})
    other = ops.parameter([1, 3, 4, 6], np.float32, name="other")
    weighed = ops.multiply(image, ops.constant(WEIGHTS.reshape(1, 3, 1, 1)))
    model = ov.Model([ops.result(ops.add(weighed, other))], [image, other], "tiny")
    item = network_item(_save(model, tmp_path), outputs=[WEIGHED | {"name": None}])
    with pytest.raises(ModelError, match="tiny-0001"):
        runtime.load(_catalogue(tmp_path, item), Role.BODY_POSE)


def test_a_half_precision_network_still_answers_in_float32(
    runtime: Runtime, tmp_path: Path
) -> None:
    files = _save(_tiny(np.float16), tmp_path)
    catalogue = _catalogue(tmp_path, network_item(files, outputs=[SUMS]))
    (sums,) = runtime.load(catalogue, Role.BODY_POSE).infer(noise_image(4, 6))
    assert sums.dtype == np.float32
