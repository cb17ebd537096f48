"""Everything that is changed in moto, in one place, each with its reason.

Moto is pinned exactly: the changes below were made against one version and another is refused.
"""

from __future__ import annotations

from importlib.metadata import version

from deep_learning.errors import ConfigurationError

MOTO_VERSION = "5.2.5"


def check_version(found: str | None = None) -> None:
    """Refuse a moto these changes were not made for.

    Raises:
        ConfigurationError: naming both versions.
    """
    found = found or version("moto")
    if found != MOTO_VERSION:
        raise ConfigurationError(
            f"moto {found} is installed, the local AWS is made for {MOTO_VERSION}; run `make setup`"
        )


def install() -> None:
    """Change moto. Call once, before the first request.

    - CloudFormation's backend is ours (``cloudformation.stacks.Backend``): moto's drops properties,
      prints success while resources are missing, and computes no outputs after a change set.
    - UpdateTerminationProtection is added: moto lacks it and the CLI calls it. Change sets are looked
      up by stack and name: all stacks' change sets have the CLI's one name.
    - Lambda's UpdateFunctionConfiguration keeps tracing, key, storage, logging and SnapStart, which
      moto drops; provisioned concurrency is added, which moto lacks.
    - CloudWatch's PutDashboard keeps tags.
    - Lambda's own polling of queues is off: our data plane does it.
    - PutBucketLogging does not ask for the target's policy: S3 does so when it delivers, and a
      template's buckets come before its bucket policies.
    - S3 writes no access logs: moto would at once, for every request, into a bucket which could
      then not be deleted with its stack. (AWS delivers them hours later.)
    - S3 buckets have no opinion on permissions: the gateway has judged before moto is asked.
    """
    from vss.local.aws_api import dashboard_tags, lambda_settings
    from vss.local.aws_api.cloudformation import actions as cloudformation_actions
    from vss.local.aws_api.cloudformation.stacks import Backend

    check_version()
    import moto.cloudformation.models as cloudformation
    from moto.core.config import default_user_config
    from moto.iam.access_control import PermissionResult
    from moto.s3.models import FakeBucket, S3Backend

    cloudformation.cloudformation_backends.backend = Backend
    cloudformation_actions.install()
    lambda_settings.install()
    dashboard_tags.install()
    default_user_config["lambda"]["use_docker"] = False
    FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL  # type: ignore[method-assign]
    S3Backend.log_incoming_request = lambda *_: None  # type: ignore[method-assign]
    FakeBucket._log_permissions_enabled_policy = staticmethod(  # type: ignore[method-assign]
        lambda **_: True
    )
