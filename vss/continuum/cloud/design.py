"""From an FDL file to the design that the stack is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from stacks.workflow_design import CloudFunction, CloudWorkflow, Output, OwnNetwork
from stacks.workflow_names import workflow_name
from vss.continuum.cloud.folders import anonymised_folders, arrival_folders, folder
from vss.continuum.cloud.images import runtime_of
from vss.continuum.cloud.refusals import THRESHOLD_S, notes, refusals
from vss.continuum.cloud.stand_ins import without_containers
from vss.continuum.fdl.consistency import Finding
from vss.continuum.fdl.errors import FdlError, Problem
from vss.continuum.fdl.graph import FunctionNode
from vss.continuum.fdl.loading import LoadedWorkflow, load
from vss.continuum.fdl.models import AwsFunction
from vss.continuum.fdl.validation import problem_at


def read_design(path: Path, containers: bool = True, defaults: Path | None = None) -> CloudWorkflow:
    """Return the cloud half of an FDL file.

    Args:
        path: of the file.
        containers: whether there are any; without, functions of this project stand in for the
            images that it knows.
        defaults: of a file with what holds where the first one is silent.

    Raises:
        FdlError: the file is not valid, or has what cannot be made in AWS.
    """
    loaded = load(path, defaults)
    return cloud_design(loaded if containers else without_containers(loaded))


def cloud_design(loaded: LoadedWorkflow) -> CloudWorkflow:
    """Return the cloud half of a workflow.

    Raises:
        FdlError: it has what cannot be made in AWS; all of it is named.
    """
    wrong = refused(loaded)
    if wrong:
        raise FdlError(wrong)
    functions = tuple(_function(loaded, node) for node in loaded.graph.nodes if _is_aws(node))
    ours = {place.bucket for function in functions for place in function.inputs}
    ours |= {output.folder.bucket for function in functions for output in function.outputs}
    return CloudWorkflow(
        workflow_name(loaded.path.stem),
        functions,
        tuple(place for place in arrival_folders(loaded.graph) if place.bucket in ours),
        tuple(place for place in anonymised_folders(loaded.graph) if place.bucket in ours),
        tuple(f"{found.path}: {found.message}" for found in _at(loaded, notes(loaded))),
    )


def refused(loaded: LoadedWorkflow) -> tuple[Problem, ...]:
    """Return what of a workflow cannot be made in AWS."""
    return tuple(_at(loaded, refusals(loaded)))


def _is_aws(node: FunctionNode) -> bool:
    return isinstance(node.definition, AwsFunction)


def _at(loaded: LoadedWorkflow, findings: Iterable[Finding]) -> Iterator[Problem]:
    tree = loaded.tree
    return (problem_at(tree, path, message) for path, message in findings)


def _function(loaded: LoadedWorkflow, node: FunctionNode) -> CloudFunction:
    assert isinstance(node.definition, AwsFunction)  # noqa: S101 (see cloud_design)
    settings, container = node.definition.lambda_, node.definition.lambda_.container
    network = settings.vpc
    return CloudFunction(
        name=settings.name,
        description=settings.description,
        memory_mb=settings.memory,
        timeout_s=settings.timeout,
        runtime=runtime_of(settings),
        script=loaded.script(node),
        inputs=tuple(sorted({folder(entry) for entry in settings.input})),
        outputs=tuple(
            Output(folder(entry), tuple(entry.prefix), tuple(entry.suffix))
            for entry in settings.output
        ),
        variables=settings.environment.variables,
        script_variables={} if container is None else container.environment.variables,
        layers=settings.layers,
        threshold_s=THRESHOLD_S if container is None else container.timeout_threshold,
        log_retention_days=node.definition.cloudwatch.log_retention_policy_in_days,
        network=None
        if network is None
        else OwnNetwork(network.subnet_ids, network.security_group_ids),
    )
