"""What goes through the cloud half of a workflow: how many objects come to each function.

Every folder that is filled from outside gets the images of the workload; what a function makes of
them is the input of the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from stacks.naming import Naming
from stacks.workflow_design import CloudFunction, CloudWorkflow, Folder, ProjectRuntime
from stacks.workflow_names import function_purpose

# A report of the mask function on one person: bytes, about.
REPORT = Decimal(900)


def objects_in(workflow: CloudWorkflow, images: Decimal, naming: Naming) -> dict[str, Decimal]:
    """Return the objects of a month that each function is run for, by its purpose."""
    arriving = dict.fromkeys(workflow.arrivals, images)
    found: dict[str, Decimal] = {}
    # No loop leads back, so that after so many rounds the end of the longest chain is reached.
    for _ in workflow.functions:
        written = {**arriving}
        for function in workflow.functions:
            runs = found.get(function.name, Decimal(0))
            for folder, each, _ in made_by(function, Decimal(0)):
                written[folder] = written.get(folder, Decimal(0)) + runs * each
        for function in workflow.functions:
            found[function.name] = sum(
                (
                    number
                    for folder, number in written.items()
                    if any(_is_within(folder, place) for place in function.inputs)
                ),
                Decimal(0),
            )
    return {function_purpose(naming, name): number for name, number in found.items()}


def makes_reports(function: CloudFunction) -> bool:
    """Tell whether it is the mask function, which writes a report beside each image."""
    return isinstance(function.runtime, ProjectRuntime)


def made_by(
    function: CloudFunction, image_bytes: Decimal
) -> Iterator[tuple[Folder, Decimal, Decimal]]:
    """Yield folder, number and size of what a run writes: of a script a file to each output."""
    for output in function.outputs:
        yield output.folder, Decimal(1), image_bytes
        if makes_reports(function):
            yield output.folder, Decimal(1), REPORT


def _is_within(folder: Folder, place: Folder) -> bool:
    return folder.bucket == place.bucket and folder.prefix.startswith(place.prefix)
