"""Fill the models bucket, from which functions with ``model_source=s3`` fetch their networks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from deep_learning.catalogue import Catalogue

from vss.cloud.deployment import Deployment, DeploymentError


def push_models(deployment: Deployment, manifest: Path, pushed: Callable[[str], None]) -> int:
    """Upload the networks of the deployment's model set, verified; return how many files.

    The manifest comes last.

    Raises:
        ModelError: ``manifest`` has no such set, or a file of it is missing or altered.
        DeploymentError: the function cannot be read, the stage has no models bucket, or the bucket
            refuses.
    """
    catalogue = Catalogue.read(manifest, deployment.model_set)
    contents = {
        file.path: catalogue.read_verified(file)
        for network in catalogue.networks
        for file in network.files
    }
    # Last, so that a function that starts meanwhile finds every file its manifest names.
    contents["manifest.json"] = manifest.read_bytes()
    bucket = deployment.output("ModelsBucket")
    for key, content in contents.items():
        try:
            deployment.s3.put_object(Bucket=bucket, Key=key, Body=content)
        except (ClientError, BotoCoreError) as error:
            raise DeploymentError(f"{key} was not taken by bucket {bucket}: {error}") from error
        pushed(key)
    return len(contents)
