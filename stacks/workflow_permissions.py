"""What a workflow's function may do with objects: read its inputs, write its outputs."""

from __future__ import annotations

from collections.abc import Iterator

from aws_cdk import aws_iam as iam

from stacks.naming import Naming
from stacks.statements import allow, allow_use
from stacks.workflow_design import CloudFunction, CloudWorkflow, Folder
from stacks.workflow_names import bucket_purpose


def permissions(function: CloudFunction, key_arn: str, naming: Naming) -> list[iam.PolicyStatement]:
    """Return the statements of a function's role about objects and the key."""
    inputs, outputs = objects(naming, _read(function)), objects(naming, _written(function))
    found = [allow("ReadInputs", ("s3:GetObject", "s3:GetObjectVersion"), *inputs)]
    if outputs:
        # To read, too: what is there with the same content is not written again, and so triggers
        # nothing again (a message of a queue may come twice).
        found.append(allow("WriteOutputs", ("s3:GetObject", "s3:PutObject"), *outputs))
        found.append(allow_use("EncryptOutputs", "kms:GenerateDataKey", key_arn, "s3"))
    found.append(allow_use("Decrypt", "kms:Decrypt", key_arn, "s3", "sqs", "lambda"))
    return found


def objects(naming: Naming, folders: list[Folder]) -> list[str]:
    """Return the ARN patterns of the objects in ``folders``."""
    return [
        naming.objects_arn(bucket_purpose(naming, folder.bucket), f"{folder.prefix}*")
        for folder in folders
    ]


def ways_through(
    workflow: CloudWorkflow, naming: Naming
) -> Iterator[tuple[str, tuple[str, ...], list[str]]]:
    """Yield what the endpoint lets through, as id, actions, objects: what some role allows."""
    functions = [function for function in workflow.functions if function.network is None]
    read = sorted({folder for function in functions for folder in _read(function)})
    written = sorted({folder for function in functions for folder in _written(function)})
    yield "Read", ("s3:GetObject", "s3:GetObjectVersion"), objects(naming, read)
    if written:
        yield "Write", ("s3:GetObject", "s3:PutObject"), objects(naming, written)


def all_objects(function: CloudFunction, naming: Naming) -> list[str]:
    """Return the ARN patterns of all that a function's role is about, each once."""
    return objects(naming, sorted({*_read(function), *_written(function)}))


def _read(function: CloudFunction) -> list[Folder]:
    return list(function.inputs)


def _written(function: CloudFunction) -> list[Folder]:
    return sorted({output.folder for output in function.outputs})
