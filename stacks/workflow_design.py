"""The cloud half of a workflow: what each function reads, runs, writes. Values only.

`vss.continuum.cloud.design` makes them of an FDL file; the stack makes resources of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

TAG, TAG_VALUE = "anonymised", "true"
"""Objects that are put with this tag are anonymised: whoever puts them says so."""
PROJECT_PACKAGES = ("mask_detection",)
"""Functions of this project that a workflow may name."""

# Of AWS's advice: six times what an invocation may last.
_VISIBILITY = 6


@dataclass(frozen=True, slots=True, order=True)
class Folder:
    """A folder of a bucket of the workflow.

    Attributes:
        bucket: as the FDL file names it.
        prefix: what keys in it begin with: ``folder/``, or nothing for the whole bucket.
    """

    bucket: str
    prefix: str

    def overlaps(self, other: Folder) -> bool:
        """Return whether an object can lie in both."""
        return self.bucket == other.bucket and (
            self.prefix.startswith(other.prefix) or other.prefix.startswith(self.prefix)
        )


@dataclass(frozen=True, slots=True)
class Output:
    """A folder that a function writes.

    Attributes:
        prefixes: a file's path must begin with one of them; none lets all through.
        suffixes: and end with one of these, likewise.
    """

    folder: Folder
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageRuntime:
    """A container image in ECR that carries the supervisor.

    Attributes:
        repository: a name in the stage's own account, or the ARN of a repository.
        version: a tag, or a digest that begins with ``sha256:``.
        architecture: ``x86_64`` or ``arm64``.
    """

    repository: str
    version: str
    architecture: str


@dataclass(frozen=True, slots=True)
class ProjectRuntime:
    """One of this project's functions, by its package; it runs from the layers."""

    package: str


@dataclass(frozen=True, slots=True)
class PlainRuntime:
    """Lambda's own Python runtime, and no more."""


@dataclass(frozen=True, slots=True)
class OwnNetwork:
    """Subnets and security groups that the FDL file names, in place of the stack's network."""

    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudFunction:
    """A function in Lambda.

    Attributes:
        name: as the FDL file has it.
        script: the file that runs for each object; None where the image has its own, and for
            functions of this project.
        inputs: none of them overlaps another of the workflow.
        variables: of the function's environment.
        script_variables: of the script's.
        layers: ARNs of further layers.
        threshold_s: kept back of the time for storing what the script made.
        network: None is the stack's own.
    """

    name: str
    description: str
    memory_mb: int
    timeout_s: int
    runtime: PlainRuntime | ProjectRuntime | ImageRuntime
    script: Path | None
    inputs: tuple[Folder, ...]
    outputs: tuple[Output, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    script_variables: Mapping[str, str] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    threshold_s: int = 10
    log_retention_days: int = 30
    network: OwnNetwork | None = None

    @property
    def visibility_timeout_s(self) -> int:
        """How long its queue keeps a message back that is being worked on: AWS's advice."""
        return _VISIBILITY * self.timeout_s


@dataclass(frozen=True, slots=True)
class CloudWorkflow:
    """All that a workflow has in AWS.

    Attributes:
        name: short, of lower-case letters, digits and hyphens.
        arrivals: folders that are filled from outside AWS: by people, or by functions on clusters.
        anonymised_only: folders that take objects with the tag ``anonymised=true`` alone.
        notes: what of the file has no effect here, by where it stands.
    """

    name: str
    functions: tuple[CloudFunction, ...]
    arrivals: tuple[Folder, ...] = ()
    anonymised_only: tuple[Folder, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def buckets(self) -> tuple[str, ...]:
        """The buckets of all folders, sorted."""
        return tuple(sorted({folder.bucket for folder in self._folders()}))

    def _folders(self) -> Iterator[Folder]:
        for function in self.functions:
            yield from function.inputs
            yield from (output.folder for output in function.outputs)
        yield from self.arrivals
        yield from self.anonymised_only

    def within(self, bucket: str) -> tuple[CloudFunction, ...]:
        """Return the functions that ``bucket`` triggers."""
        return tuple(
            function
            for function in self.functions
            if any(folder.bucket == bucket for folder in function.inputs)
        )
