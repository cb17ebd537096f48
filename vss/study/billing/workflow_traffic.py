"""What is written to the buckets of a workflow, read from them and kept in them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from stacks.naming import Naming
from stacks.workflow_design import CloudWorkflow
from stacks.workflow_names import bucket_purpose, function_purpose
from vss.study.billing.object_traffic import BucketTraffic, Objects
from vss.study.billing.workflow_load import made_by, objects_in
from vss.study.workload import Workload


def workflow_traffic(
    workflow: CloudWorkflow, workload: Workload, naming: Naming
) -> Mapping[str, BucketTraffic]:
    """Return the traffic of a workflow's buckets by their purpose, access logs left out."""
    runs = objects_in(workflow, workload.images, naming)
    objects: dict[str, list[Objects]] = {bucket: [] for bucket in workflow.buckets}
    gets = dict.fromkeys(workflow.buckets, Decimal(0))
    for folder in workflow.arrivals:
        arrived = Objects(folder.prefix, workload.images, workload.image_bytes)
        objects[folder.bucket].append(arrived)
    for function in workflow.functions:
        number = runs[function_purpose(naming, function.name)]
        for folder, each, size in made_by(function, workload.image_bytes):
            objects[folder.bucket].append(Objects(folder.prefix, number * each, size))
        # Inputs are read once; from which of several folders makes no difference to the price.
        gets[function.inputs[0].bucket] += number
    return {
        bucket_purpose(naming, bucket): BucketTraffic(tuple(objects[bucket]), gets[bucket])
        for bucket in workflow.buckets
    }
