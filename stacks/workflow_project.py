"""Functions of this project in a workflow: run from the layers by their own handler.

They start once and keep their networks in memory, where a script would load them for each object.
"""

from __future__ import annotations

import aws_cdk as cdk

from stacks.mask_sets import mask_set
from stacks.naming import Naming
from stacks.settings import StageSettings
from stacks.workflow_design import CloudFunction, Folder
from stacks.workflow_names import bucket_purpose


def project_variables(
    function: CloudFunction, key_arn: str, naming: Naming, settings: StageSettings
) -> dict[str, str]:
    """Return what `business_logic.mask_settings` reads."""
    (read,), (output,) = function.inputs, function.outputs
    return {
        "VSS_STAGE": settings.stage,
        "VSS_BUCKET_OWNER": cdk.Aws.ACCOUNT_ID,
        **_place("INPUT", read, naming),
        **_place("OUTPUT", output.folder, naming),
        "VSS_OUTPUT_KEY_ARN": key_arn,
        "VSS_MANIFEST": "/opt/models/manifest.json",
        "VSS_MODEL_SET": mask_set(settings.model_set),
        "VSS_MODEL_SOURCE": "layer",
        # OpenCV reads it when it is imported; with it a decompression bomb is refused.
        "OPENCV_IO_MAX_IMAGE_PIXELS": str(16 * 1024 * 1024),
    }


def _place(kind: str, folder: Folder, naming: Naming) -> dict[str, str]:
    return {
        f"VSS_{kind}_BUCKET": naming.bucket(bucket_purpose(naming, folder.bucket)),
        f"VSS_{kind}_FOLDER": folder.prefix.rstrip("/"),
    }
