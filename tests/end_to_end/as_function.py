"""A function's own credentials, from where it stands and from elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import boto3
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError

from vss.local.data_plane.configuration import VpcEndpoint
from vss.local.data_plane.local_api import LocalApi
from vss.local.deployment import Running
from vss.local.state import ACCOUNT, REGION

FRAME = "incoming/iam/a.jpg"
INDEX = "index/gallery"
PHOTOGRAPH = "photos/p/1.jpg"
TEMPLATE, REPORT = "templates/p/1.jpg.json", "reports/p/1.jpg.json"
DENIED = {"AccessDenied", "AccessDeniedException", "KMS.AccessDeniedException", "403", "Forbidden"}


@dataclass(frozen=True)
class AsFunction:
    """Clients with a function's credentials, by the way the request takes."""

    package: str
    credentials: Mapping[str, str]
    role_arn: str
    inside: str
    elsewhere: str
    other_endpoint: str
    plain_http: str

    def client(self, service: str, way: str) -> BaseClient:
        return boto3.client(
            service,
            endpoint_url=way,
            region_name=REGION,
            aws_access_key_id=self.credentials["AccessKeyId"],
            aws_secret_access_key=self.credentials["SecretAccessKey"],
            aws_session_token=self.credentials["SessionToken"],
            config=Config(retries={"total_max_attempts": 1}),
        )


def become_function(running: Running, package: str) -> AsFunction:
    """Take a function's role, as Lambda does, and open the ways to the APIs."""
    api = LocalApi(running.state.endpoint, running.state.secret_access_key)
    outputs = running.deployment.outputs
    name = outputs[f"{package.capitalize()}Function"]
    (role_arn,) = {
        resource["properties"]["Role"]
        for resource in api.listed_resources()
        if resource["type"] == "AWS::Lambda::Function" and resource["physical_id"] == name
    }
    declared = VpcEndpoint(id=outputs["S3EndpointId"], vpc_id=outputs["VpcId"], service="s3")
    other = VpcEndpoint(id="vpce-00000000000000bad", vpc_id="vpc-0bad", service="s3")
    ports = [api.endpoint_listener(declared), api.endpoint_listener(other)]
    plain = api.listener(kind="plain_http")
    inside, elsewhere, plain_http = (f"http://127.0.0.1:{port}" for port in (*ports, plain))
    return AsFunction(
        package,
        api.role_credentials(role_arn, package),
        role_arn,
        inside,
        running.state.endpoint,
        elsewhere,
        plain_http,
    )


def is_allowed(call: Callable[[], object]) -> bool:
    """Tell whether AWS lets the call through; what else may be wrong with it is no denial."""
    try:
        call()
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return error.response["Error"]["Code"] not in DENIED and status != 403
    return True


def account_arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"
