"""The environment that a function's script runs in, by the image that the file names.

``vss/<package>`` is no image but a function of this project, which runs from its layers. Any other
image lies in ECR, since Lambda takes none from elsewhere: the one of an ECR address, or else
the repository of the same name in the stage's own account (``grycap/mask-detector-yolo``).
"""

from __future__ import annotations

import re

from stacks.workflow_design import ImageRuntime, PlainRuntime, ProjectRuntime
from vss.continuum.fdl.aws import LambdaSettings

PROJECT = "vss/"
_ECR = re.compile(r"([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?/(.+)")
_LATEST = "latest"


def runtime_of(settings: LambdaSettings) -> PlainRuntime | ProjectRuntime | ImageRuntime:
    """Return what the function's script runs in."""
    if settings.container is None:
        return PlainRuntime()
    image = settings.container.image
    if image.startswith(PROJECT):
        return ProjectRuntime(image.removeprefix(PROJECT).partition(":")[0])
    repository, version = _repository_and_version(image)
    return ImageRuntime(_in_ecr(repository), version, settings.architectures[0])


def _repository_and_version(image: str) -> tuple[str, str]:
    name, _, digest = image.partition("@")
    # A colon before the last slash is that of a port.
    folder, slash, last = name.rpartition("/")
    base, _, tag = last.partition(":")
    return f"{folder}{slash}{base}", digest or tag or _LATEST


def _in_ecr(repository: str) -> str:
    found = _ECR.fullmatch(repository)
    if found is None:
        return repository
    account, region, is_china, name = found.groups()
    partition = "aws-cn" if is_china else "aws"
    return f"arn:{partition}:ecr:{region}:{account}:repository/{name}"
