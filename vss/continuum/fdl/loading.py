"""Loads an FDL file: read, checked, with its graph and its warnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from vss.continuum.fdl.advice import advice
from vss.continuum.fdl.consistency import Finding, contradictions
from vss.continuum.fdl.errors import FdlError, Problem
from vss.continuum.fdl.exposure import exposures
from vss.continuum.fdl.graph import FunctionNode, WorkflowGraph, workflow_graph
from vss.continuum.fdl.merging import under_defaults
from vss.continuum.fdl.models import AwsFunction, Workflow
from vss.continuum.fdl.older_habits import changed_silently, without_outputs_to_nowhere
from vss.continuum.fdl.reader import read_file
from vss.continuum.fdl.tree import Tree
from vss.continuum.fdl.validation import problem_at, validate


@dataclass(frozen=True, slots=True)
class LoadedWorkflow:
    """A valid FDL file.

    Attributes:
        path: of the file; the scripts it names are relative to its folder.
        warnings: in the order of the file.
        defaults: the file that holds where the first one is silent, if there is one.
    """

    path: Path
    workflow: Workflow
    graph: WorkflowGraph
    warnings: tuple[Problem, ...]
    defaults: Path | None = None

    @property
    def tree(self) -> Tree:
        """What was read, with its positions.

        Raises:
            FdlError: a file can no longer be read.
        """
        return _tree(self.path, self.defaults)

    def script(self, node: FunctionNode) -> Path | None:
        """Return where the script of a function lies, or None where it has none."""
        definition = node.definition
        if isinstance(definition, AwsFunction):
            name = definition.lambda_.script
        else:
            name = definition.service.script
        return None if name is None else self.path.parent / name


def load(path: Path, defaults: Path | None = None) -> LoadedWorkflow:
    """Load an FDL file.

    Args:
        path: of the file.
        defaults: of a file with what holds where the first one is silent, see ``under_defaults``.

    Raises:
        FdlError: with all that is wrong.
    """
    tree = _tree(path, defaults)
    loaded = check(tree, path)
    warnings = tuple(sorted({*loaded.warnings, *_no_scripts(tree, loaded)}))
    return replace(loaded, warnings=warnings, defaults=defaults)


def _tree(path: Path, defaults: Path | None) -> Tree:
    tree = read_file(path)
    return tree if defaults is None else under_defaults(tree, read_file(defaults))


def check(tree: Tree, path: Path) -> LoadedWorkflow:
    """Check an FDL file that is read already; whether its scripts exist is not looked at.

    Raises:
        FdlError: with all that is wrong.
    """
    kept, lost = without_outputs_to_nowhere(tree)
    workflow = validate(kept)
    graph = workflow_graph(workflow)
    wrong = list(contradictions(workflow, graph))
    if wrong:
        raise FdlError(_at(kept, wrong))
    findings = [*advice(workflow, graph), *exposures(workflow), *changed_silently(kept)]
    return LoadedWorkflow(path, workflow, graph, tuple(sorted({*_at(kept, findings), *lost})))


def _at(tree: Tree, findings: Iterable[Finding]) -> Iterator[Problem]:
    return (problem_at(tree, path, message) for path, message in findings)


def _no_scripts(tree: Tree, loaded: LoadedWorkflow) -> Iterator[Problem]:
    for node in loaded.graph.nodes:
        script = loaded.script(node)
        if script is not None and not script.is_file():
            key = _script_key(node)
            yield problem_at(tree, (*node.path, key), "names a script that is not there")


def _script_key(node: FunctionNode) -> str:
    definition = node.definition
    if isinstance(definition, AwsFunction):
        return "init_script" if definition.lambda_.init_script else "run_script"
    return "script"
