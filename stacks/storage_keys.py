"""The keys of the data and of the gallery, and the one that signs receipts."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.key_policies import (
    administration,
    key_properties,
    lambda_environment,
    notifications,
    sign_receipts,
    uploads,
    use_through,
)
from stacks.naming import BucketName, Naming
from stacks.settings import StageSettings


class DataKey(kms.Key):
    """Encrypts frames, results, models, the frames' queues and the functions' environments."""

    def __init__(self, scope: Construct, name: str, naming: Naming, settings: StageSettings):
        statements = [
            administration(),
            use_through("s3", "sqs", "lambda"),
            *lambda_environment(),
            notifications(naming, BucketName.FRAMES),
        ]
        if settings.uploader_principals:
            statements.append(uploads(settings.uploader_principals))
        super().__init__(
            scope,
            name,
            **key_properties(naming, settings, "data", "Frames, results, queues, environments"),
            policy=iam.PolicyDocument(statements=statements),
        )


class GalleryKey(kms.Key):
    """Encrypts what is kept of enrolled persons alone, so that reading it can be granted apart.

    Their queues too: keys of photographs, and so messages, say who a person is.
    """

    def __init__(self, scope: Construct, name: str, naming: Naming, settings: StageSettings):
        super().__init__(
            scope,
            name,
            **key_properties(
                naming, settings, "gallery", "Photographs and templates of enrolled persons, queues"
            ),
            policy=iam.PolicyDocument(
                statements=[
                    administration(),
                    use_through("s3", "sqs"),
                    notifications(naming, BucketName.GALLERY),
                ]
            ),
        )


class ReceiptKey(kms.Key):
    """Signs the receipts of erasures; encrypts nothing.

    Without operators nobody can sign: nobody could read the gallery to erase somebody either. KMS
    does not rotate asymmetric keys: a receipt is checked with the very key that signed it.
    """

    def __init__(self, scope: Construct, name: str, naming: Naming, settings: StageSettings):
        statements = [administration()]
        if settings.operator_principals:
            statements.append(sign_receipts(settings.operator_principals))
        properties = key_properties(naming, settings, "receipts", "Signs receipts of erasures")
        super().__init__(
            scope,
            name,
            **{**properties, "enable_key_rotation": False},
            key_spec=kms.KeySpec.ECC_NIST_P256,
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            policy=iam.PolicyDocument(statements=statements),
        )
