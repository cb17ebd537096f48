"""Functions of this project in the place of container images, which the local AWS cannot run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vss.continuum.fdl.aws import Container
from vss.continuum.fdl.graph import FunctionNode
from vss.continuum.fdl.loading import LoadedWorkflow
from vss.continuum.fdl.models import AwsFunction

STAND_INS = {"grycap/mask-detector-yolo": "vss/mask_detection"}
"""For the images of paper B what does the same work here, by repository without a tag."""


def without_containers(loaded: LoadedWorkflow) -> LoadedWorkflow:
    """Return the workflow with functions of this project for the images that have a stand-in.

    The script goes with its image: it calls what is in there.
    """
    nodes = tuple(_stood_in(node) for node in loaded.graph.nodes)
    return replace(loaded, graph=replace(loaded.graph, nodes=nodes))


def stand_ins(loaded: LoadedWorkflow) -> Iterator[str]:
    """Say in a line each which image of the workflow has a stand-in here."""
    for node in loaded.graph.nodes:
        if (found := _stand_in(node)) is not None:
            container, ours = found
            image = container.image
            yield f"{node.name}: the local AWS has no containers; {ours} stands in for {image}"


def _stand_in(node: FunctionNode) -> tuple[Container, str] | None:
    """Return the container of a function and what stands in for its image."""
    if not isinstance(node.definition, AwsFunction):
        return None
    container = node.definition.lambda_.container
    if container is None:
        return None
    ours = STAND_INS.get(container.image.partition("@")[0].partition(":")[0])
    return None if ours is None else (container, ours)


def _stood_in(node: FunctionNode) -> FunctionNode:
    found, definition = _stand_in(node), node.definition
    if found is None or not isinstance(definition, AwsFunction):
        return node
    settings, container = definition.lambda_, found[0].model_copy(update={"image": found[1]})
    changed = {"container": container, "init_script": None, "run_script": None}
    ours = settings.model_copy(update=changed)
    return replace(node, definition=definition.model_copy(update={"lambda_": ours}))
