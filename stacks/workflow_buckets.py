"""The buckets of a workflow, and who may put what into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs

from stacks.storage_buckets import notify_queues
from stacks.workflow_design import TAG, TAG_VALUE, CloudWorkflow, Folder


def guard(bucket: s3.Bucket, name: str, workflow: CloudWorkflow, uploaders: Sequence[str]) -> None:
    """Write the policy of ``bucket``, which the file calls ``name``.

    Args:
        bucket: gets the statements.
        name: of the bucket in the file.
        workflow: says which folders are filled from outside, and which take tagged objects alone.
        uploaders: ARNs of those who fill them.
    """
    arrivals = _patterns(bucket, name, workflow.arrivals)
    if uploaders and arrivals:
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AllowUploads",
                principals=[iam.ArnPrincipal(arn) for arn in uploaders],
                actions=["s3:PutObject", "s3:PutObjectTagging"],
                resources=arrivals,
            )
        )
    guarded = _patterns(bucket, name, workflow.anonymised_only)
    if guarded:
        bucket.add_to_resource_policy(_deny_not_anonymised(guarded))


def _deny_not_anonymised(patterns: Sequence[str]) -> iam.PolicyStatement:
    """Refuse every object that is not put as anonymised.

    A negated operator also holds where the request has no such tag. A part of a multipart upload
    has none either, so objects come by a single PUT, as the supervisor sends them.
    """
    return iam.PolicyStatement(
        sid="DenyNotAnonymised",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=["s3:PutObject"],
        resources=list(patterns),
        conditions={"StringNotEquals": {f"s3:RequestObjectTag/{TAG}": TAG_VALUE}},
    )


def trigger(
    bucket: s3.Bucket, name: str, workflow: CloudWorkflow, queues: Mapping[str, sqs.Queue]
) -> None:
    """Send each object to the queue of the function whose input it lies in.

    ``queues`` are by the functions' names.
    """
    triggers = {
        folder.prefix: queues[function.name]
        for function in workflow.within(name)
        for folder in function.inputs
        if folder.bucket == name
    }
    if triggers:
        notify_queues(bucket, dict(sorted(triggers.items())))


def _patterns(bucket: s3.Bucket, name: str, folders: Sequence[Folder]) -> list[str]:
    prefixes = sorted(folder.prefix for folder in folders if folder.bucket == name)
    return [bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes]
