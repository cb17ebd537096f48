"""What of an FDL file cannot be made in AWS, and what has no effect there: both said, with place.

Nothing is dropped without a word: a field that would change what a function does or may do is
refused; one that only told SCAR how to deploy is named in a note.
"""

from __future__ import annotations

from collections.abc import Iterator

from stacks.workflow_design import (
    PROJECT_PACKAGES,
    ImageRuntime,
    PlainRuntime,
    ProjectRuntime,
)
from vss.continuum.cloud.folders import anonymised_folders, folder, is_anonymising
from vss.continuum.cloud.images import runtime_of
from vss.continuum.fdl.consistency import Finding
from vss.continuum.fdl.graph import FunctionNode
from vss.continuum.fdl.loading import LoadedWorkflow
from vss.continuum.fdl.models import AwsFunction, ProviderType, StoragePath
from vss.continuum.fdl.secret import names_a_secret
from vss.continuum.fdl.storage import DEFAULT_PROVIDER
from vss.continuum.fdl.tree import KeyPath

THRESHOLD_S = 10
_OURS = "FUNCTION_CONFIG"
_BATCH = (
    "allowed: lambda. A job of AWS Batch needs a compute environment, servers in subnets with a "
    "way to the outside, and an image that carries the supervisor: this project makes none of it. "
    "What takes longer than 900 s or more than 10,240 MB runs on a cluster, below oscar"
)


def refusals(loaded: LoadedWorkflow) -> Iterator[Finding]:
    """Yield all that keeps the functions below ``aws`` from being made."""
    nodes = [node for node in loaded.graph.nodes if isinstance(node.definition, AwsFunction)]
    if not nodes:
        yield ("functions",), "has none below aws: there is nothing to deploy to AWS"
    for node in nodes:
        yield from _modes(node)
        yield from _storage(node)
        yield from _script(loaded, node)
        yield from _variables(node)
    yield from _overlaps(nodes)
    yield from _not_anonymised(loaded)


def notes(loaded: LoadedWorkflow) -> Iterator[Finding]:
    """Yield what the file sets that has no effect on what is made."""
    for node in loaded.graph.nodes:
        if not isinstance(node.definition, AwsFunction):
            continue
        section, given = node.path[:-1], node.definition.lambda_.model_fields_set
        if node.definition.iam.role:
            path = (*section, "iam", "role")
            yield path, "is not used: the function gets a role for its own paths alone"
        for key, why in (
            ("region", "the stack lies where it is deployed"),
            ("boto_profile", "the profile is that of the command"),
            ("supervisor", "the supervisor is this project's"),
            ("deployment", "code is uploaded by the CDK"),
            ("preheat", "the setting warm_keeping of a stage is for its own functions"),
            ("asynchronous", "each object is an event of its own, by a queue"),
            ("log_level", "the supervisor logs all that the script prints"),
        ):
            if key in given:
                yield (*node.path, key), f"is not used: {why}"
        if "runtime" in given and isinstance(runtime_of(node.definition.lambda_), PlainRuntime):
            yield (*node.path, "runtime"), "is not used: functions run on the stage's runtime"


def _modes(node: FunctionNode) -> Iterator[Finding]:
    assert isinstance(node.definition, AwsFunction)  # noqa: S101 (see refusals)
    definition, settings = node.definition, node.definition.lambda_
    runtime = runtime_of(settings)
    if settings.execution_mode != "lambda":
        yield (*node.path, "execution_mode"), f"is {settings.execution_mode!r}; {_BATCH}"
    if definition.api_gateway.name is not None:
        path = (*node.path[:-1], "api_gateway", "name")
        yield path, "asks for an HTTP interface, which is not made; allowed: none"
    if settings.file_system:
        yield (*node.path, "file_system"), "asks for EFS, which is not mounted; allowed: none"
    if settings.extra_payload:
        yield (*node.path, "extra_payload"), "is not shipped; put it into an image; allowed: none"
    if isinstance(runtime, ImageRuntime) and settings.layers:
        yield (*node.path, "layers"), "is given beside an image; Lambda takes one or the other"
    if not isinstance(runtime, ImageRuntime) and settings.architectures != ("x86_64",):
        yield (*node.path, "architectures"), "is arm64; allowed without an image: x86_64"
    threshold_s = settings.container.timeout_threshold if settings.container else THRESHOLD_S
    if settings.timeout <= threshold_s:
        yield (
            (*node.path, "timeout"),
            f"is {settings.timeout} s; allowed: more than {threshold_s} s, which are kept back to "
            "store what the script made",
        )


def _storage(node: FunctionNode) -> Iterator[Finding]:
    if not node.inputs:
        yield node.path, "has no input; allowed: at least one, for nothing else starts it"
    for kind, entries in (("input", node.inputs), ("output", node.outputs)):
        for index, entry in enumerate(entries):
            if entry.provider_type is not ProviderType.S3 or entry.provider_id != DEFAULT_PROVIDER:
                yield (
                    (*node.path, kind, index, "storage_provider"),
                    f"is {entry.storage_provider!r}; allowed in AWS: s3. The function reaches its "
                    "buckets by its role; keys of other stores would lie in the template",
                )


def _script(loaded: LoadedWorkflow, node: FunctionNode) -> Iterator[Finding]:
    assert isinstance(node.definition, AwsFunction)  # noqa: S101 (see refusals)
    settings, script = node.definition.lambda_, loaded.script(node)
    runtime, key = runtime_of(settings), "init_script" if settings.init_script else "run_script"
    if isinstance(runtime, ProjectRuntime):
        yield from _project(node, runtime.package)
        if script is not None:
            yield (*node.path, key), f"is given beside vss/{runtime.package}; allowed: none"
    elif script is None and isinstance(runtime, PlainRuntime):
        yield node.path, "has no script; allowed without an image: init_script"
    elif script is not None and not script.is_file():
        yield (*node.path, key), f"names {settings.script!r}, which is not beside the file"


def _project(node: FunctionNode, package: str) -> Iterator[Finding]:
    if package not in PROJECT_PACKAGES:
        allowed = ", ".join(f"vss/{name}" for name in PROJECT_PACKAGES)
        yield (*node.path, "container", "image"), f"is vss/{package}; allowed of ours: {allowed}"
    for kind, entries in (("input", node.inputs), ("output", node.outputs)):
        if len(entries) != 1 or not entries[0].folders:
            yield (*node.path, kind), f"of vss/{package} must be one folder of a bucket"
        elif entries[0].prefix or entries[0].suffix:
            yield (*node.path, kind, 0), f"of vss/{package} has no filters; allowed: none"


def _variables(node: FunctionNode) -> Iterator[Finding]:
    assert isinstance(node.definition, AwsFunction)  # noqa: S101 (see refusals)
    settings = node.definition.lambda_
    found: list[tuple[KeyPath, str]] = [
        ((*node.path, "environment", "Variables", name), name)
        for name in settings.environment.variables
    ]
    if settings.container is not None:
        below = (*node.path, "container", "environment", "Variables")
        found += [((*below, name), name) for name in settings.container.environment.variables]
    for path, name in found:
        if names_a_secret(name):
            yield path, "is a secret by its name, and would lie in the template; allowed: none"
        elif name == _OURS:
            yield path, "is what the supervisor is told the function by; allowed: another name"


def _overlaps(nodes: list[FunctionNode]) -> Iterator[Finding]:
    seen: list[tuple[FunctionNode, StoragePath]] = []
    for node in nodes:
        for index, entry in enumerate(node.inputs):
            for other, earlier in seen:
                if folder(entry).overlaps(folder(earlier)):
                    yield (
                        (*node.path, "input", index, "path"),
                        f"is {entry.path!r}, which overlaps {earlier.path!r} of {other.key}; "
                        "allowed: folders apart, for S3 notifies one queue of an object",
                    )
            seen.append((node, entry))


def _not_anonymised(loaded: LoadedWorkflow) -> Iterator[Finding]:
    guarded = anonymised_folders(loaded.graph)
    for node in loaded.graph.nodes:
        if is_anonymising(node):
            continue
        for index, entry in enumerate(node.outputs):
            if entry.provider_type is ProviderType.S3 and any(
                folder(entry).overlaps(one) for one in guarded
            ):
                yield (
                    (*node.path, "output", index, "path"),
                    f"is {entry.path!r}, where only anonymised objects may be put; allowed: a "
                    "folder apart, or the annotation vss/object-tags: anonymised=true on the "
                    "service that writes it, if it does anonymise",
                )
