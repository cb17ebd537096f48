"""Galleries and networks are pushed as the deployed function needs them, by its model set."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from business_logic.calendar import today
from business_logic.gallery_index import parse_index
from business_logic.gallery_store import INDEX_KEY
from deep_learning.catalogue import Catalogue, Role
from deep_learning.errors import ModelError

from tests.local_stage import clear_frame
from tests.tiny_networks import assemble_tiny_networks
from vss.cloud.deployment import Deployment, DeploymentError
from vss.cloud.gallery import push_gallery
from vss.cloud.models import push_models

Deployed = Callable[[dict[str, str]], Deployment]
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return assemble_tiny_networks(tmp_path_factory.mktemp("tiny"), with_person=True)


@pytest.fixture
def deployed(deployment: Deployment) -> Deployed:
    """Add the function, published with the environment given, to the deployment."""

    def run(variables: dict[str, str]) -> Deployment:
        iam = deployment.session.client("iam", endpoint_url=deployment.endpoint)
        name = deployment.outputs["FramesBucket"].split("-")[0]
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("handler.py", "")
        awslambda = deployment.awslambda
        awslambda.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role["Arn"],
            Handler="handler.handle",
            Code={"ZipFile": code.getvalue()},
            Environment={"Variables": variables},
            Publish=True,
        )
        alias = awslambda.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
        outputs = {
            **deployment.outputs,
            "SurveillanceAliasArn": alias["AliasArn"],
            "ModelsBucket": deployment.outputs["ResultsBucket"],
            "GalleryKeyArn": deployment.outputs["DataKeyArn"],
        }
        return replace(deployment, outputs=outputs)

    return run


@pytest.mark.parametrize("name", ["demo", "omz"])
def test_the_model_set_is_that_of_the_function(deployed: Deployed, name: str) -> None:
    assert deployed({"VSS_MODEL_SET": name}).model_set == name


def test_a_function_without_the_variable_is_named(deployed: Deployed) -> None:
    with pytest.raises(DeploymentError, match=r"function:t\d+:live: VSS_MODEL_SET cannot be read"):
        _ = deployed({}).model_set


def test_a_function_that_is_gone_is_named(deployed: Deployed) -> None:
    deployment = deployed({"VSS_MODEL_SET": "demo"})
    deployment.awslambda.delete_function(
        FunctionName=deployment.outputs["SurveillanceAliasArn"].split(":")[-2]
    )
    with pytest.raises(DeploymentError, match=r"function arn:.*:live cannot be read"):
        _ = deployment.model_set


@pytest.mark.parametrize("name", ["demo", "omz"])
def test_templates_are_made_with_the_network_that_compares_them(
    deployed: Deployed, manifest: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "p-1").mkdir()
    (tmp_path / "p-1" / "1.jpg").write_bytes(clear_frame())
    deployment = deployed({"VSS_MODEL_SET": name})
    assert set(push_gallery(deployment, tmp_path, manifest, today()).templates) == {"p-1"}
    stored = deployment.s3.get_object(Bucket=deployment.outputs["GalleryBucket"], Key=INDEX_KEY)
    network = Catalogue.read(manifest, name).entry(Role.FACE_EMBEDDING)
    index = parse_index(stored["Body"].read(), network.weights.sha384)
    assert (index.version, index.person_ids) == (1, ("p-1",))


@pytest.mark.parametrize("name", ["demo", "omz"])
def test_networks_of_the_set_alone_are_pushed_and_their_manifest_last(
    deployed: Deployed, manifest: Path, name: str
) -> None:
    deployment, pushed = deployed({"VSS_MODEL_SET": name}), []
    assert push_models(deployment, manifest, pushed.append) == len(pushed) == 9
    wanted = {
        file.path for entry in Catalogue.read(manifest, name).networks for file in entry.files
    }
    assert set(pushed[:-1]) == wanted
    assert pushed[-1] == "manifest.json"
    bucket = deployment.outputs["ModelsBucket"]
    listed = deployment.s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert {item["Key"] for item in listed} == {*wanted, "manifest.json"}


def test_a_set_that_the_manifest_lacks_is_named_with_those_it_has(
    deployed: Deployed, manifest: Path, tmp_path: Path
) -> None:
    deployment = deployed({"VSS_MODEL_SET": "own"})
    with pytest.raises(ModelError, match="no model set 'own'; allowed: demo, omz"):
        push_models(deployment, manifest, lambda _: None)
    with pytest.raises(ModelError, match="no model set 'own'; allowed: demo, omz"):
        push_gallery(deployment, tmp_path, manifest, today())
