"""Tiny OpenVINO networks with the real tensor contracts, so the deployed function runs anywhere.

The camera cover network is the repository's own. Body pose, landmarks and embedding are graphs of
a few nodes, built on the spot: they load in milliseconds and need none of the real networks.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset13 as ops
from numpy.typing import NDArray

from tests.factories import (
    GRID,
    KNOWS,
    file_item,
    render_fields,
    render_heatmaps,
    set_item,
    standing,
    write_manifest,
)

MODEL_ASSETS = Path(__file__).parents[1] / "model_assets"
PERSON = standing(GRID[1] / 2, GRID[0] / 2 + 3, 24)
"""Keypoints, in cells of the body pose grid, of the one person the constant network finds."""

_FACE = np.array([(0.25, 0.25), (0.75, 0.25), (0.5, 0.5), (0.3, 0.75), (0.7, 0.75)])
_PATCH = 8
_CORNER, _WHITE = 16, 250
POISON_BYTES = 1 << 30

Floats = NDArray[np.float32]
Build = Callable[[dict[str, Any]], ov.Model]


def assemble_tiny_networks(
    folder: Path, *, with_person: bool = False, poisonable: bool = False
) -> Path:
    """Write the networks and their manifest into ``folder``, return the manifest.

    Both model sets, demo and omz, are made of them; omz has an embedding network of its own.

    Args:
        folder: where to write; made where it is absent.
        with_person: whether the body pose network finds ``PERSON`` in every frame, or nobody.
            The person's embedding depends on the pixels of the face, so different frames show
            different people.
        poisonable: whether body pose asks for more than ``POISON_BYTES`` of memory where the upper
            left corner of the frame, as it is fitted to the network, is white.
    """
    folder.mkdir(parents=True, exist_ok=True)
    real = json.loads((MODEL_ASSETS / "manifest.json").read_text("utf-8"))
    contracts = [
        item for item in real["networks"] if item["name"] in real["sets"]["omz"]["networks"]
    ]
    builders: dict[str, Build] = {
        "body_pose": lambda item: _body_pose(item, with_person=with_person, poisonable=poisonable),
        "face_landmarks": lambda item: _constant(item, [_FACE.reshape(1, 10, 1, 1)]),
        "face_embedding": _embedding,
    }
    items = [_item(item, builders.get(item["role"]), folder) for item in contracts]
    (embedding,) = (item for item in contracts if item["role"] == "face_embedding")
    other = _item(embedding, _other_embedding, folder, "tiny-omz-face-embedding")
    shared = [item for item in items if item["role"] != "face_embedding"]
    sets = {"demo": set_item(items, KNOWS), "omz": set_item([*shared, other])}
    return write_manifest(folder, [*items, other], sets)


def _item(
    item: dict[str, Any], build: Build | None, folder: Path, name: str | None = None
) -> dict[str, Any]:
    if build is None:
        for file in item["files"]:
            (folder / file["path"]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(MODEL_ASSETS / file["path"], folder / file["path"])
        return item
    name = name or f"tiny-{item['role'].replace('_', '-')}"
    description = folder / f"networks/{name}/FP32/{name}.xml"
    description.parent.mkdir(parents=True, exist_ok=True)
    ov.save_model(build(item), description, compress_to_fp16=False)
    files = [
        file_item(folder, str(path.relative_to(folder)), path.read_bytes())
        for path in (description, description.with_suffix(".bin"))
    ]
    return item | {"name": name, "precision": "FP32", "files": files}


def _body_pose(item: dict[str, Any], *, with_person: bool, poisonable: bool) -> ov.Model:
    people = [PERSON] if with_person else []
    values = [render_fields(people)[None], render_heatmaps(people)[None]]
    return _constant(item, values, _memory_where_white if poisonable else None)


def _memory_where_white(image: ov.Node) -> ov.Node:
    """Sum up very many zeros where the upper left corner is white, one zero elsewhere."""
    corner = ops.slice(image, [0, 0], [_CORNER, _CORNER], [1, 1], [2, 3])
    darkest = ops.reduce_min(ops.reduce_mean(corner, ops.constant([2, 3])), ops.constant([0, 1]))
    white = ops.convert(ops.greater(darkest, ops.constant(np.float32(_WHITE))), "i64")
    count = ops.add(ops.multiply(white, ops.constant(POISON_BYTES // 4)), ops.constant(1))
    zeros = ops.broadcast(
        ops.multiply(darkest, ops.constant(np.float32(0))),
        ops.unsqueeze(count, ops.constant(0)),
    )
    # A running sum: a plain one of equal values is folded into a product.
    running = ops.cum_sum(zeros, ops.constant(0))
    return ops.reshape(
        ops.reduce_max(running, ops.constant([0])), ops.constant([1, 1, 1, 1]), special_zero=False
    )


def _constant(
    item: dict[str, Any],
    values: list[NDArray[Any]],
    side_effect: Callable[[ov.Node], ov.Node] | None = None,
) -> ov.Model:
    """Give ``values`` whatever the image shows; the image still flows into every output."""
    image = _image(item)
    nothing = ops.multiply(
        ops.reduce_mean(image, ops.constant([0, 1, 2, 3]), keep_dims=True),
        ops.constant(np.zeros((1, 1, 1, 1), np.float32)),
    )
    if side_effect is not None:
        nothing = ops.add(nothing, side_effect(image))
    outputs = [ops.add(nothing, ops.constant(value.astype(np.float32))) for value in values]
    return _model(item, image, outputs)


def _other_embedding(item: dict[str, Any]) -> ov.Model:
    """Give the darkness instead: good in itself, not to be compared with ``_embedding``."""
    return _embedding(item, sign=-1)


def _embedding(item: dict[str, Any], sign: int = 1) -> ov.Model:
    """Give the brightness of 16 x 16 patches, less their mean: like faces resemble each other."""
    image = _image(item)
    grey = ops.reduce_mean(image, ops.constant([1]), keep_dims=True)
    side = [_PATCH, _PATCH]
    pooled = ops.avg_pool(grey, side, [0, 0], [0, 0], side, exclude_pad=True)
    centred = ops.subtract(pooled, ops.reduce_mean(pooled, ops.constant([2, 3]), keep_dims=True))
    signed = ops.multiply(centred, ops.constant(np.full((1, 1, 1, 1), sign, np.float32)))
    vector = ops.reshape(signed, ops.constant(item["outputs"][0]["shape"]), special_zero=False)
    return _model(item, image, [vector])


def _image(item: dict[str, Any]) -> ov.Node:
    image = ops.parameter(item["input"]["shape"], np.float32, name=item["input"]["name"])
    image.output(0).set_names({item["input"]["name"]})
    return image


def _model(item: dict[str, Any], image: ov.Node, outputs: list[ov.Node]) -> ov.Model:
    for node, contract in zip(outputs, item["outputs"], strict=True):
        if contract["name"] is not None:
            node.output(0).set_names({contract["name"]})
    return ov.Model([ops.result(node) for node in outputs], [image], "tiny")
