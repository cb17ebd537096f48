"""Networks are pushed as the deployed function needs them, by its model set."""

from pathlib import Path

import pytest
from deep_learning.catalogue import Catalogue
from deep_learning.errors import ModelError

from tests.tiny_networks import assemble_tiny_networks
from tests.unit.vss.cloud.conftest import Deployed
from vss.cloud.deployment import DeploymentError
from vss.cloud.models import push_models


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return assemble_tiny_networks(tmp_path_factory.mktemp("tiny"), with_person=True)


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
    deployed: Deployed, manifest: Path
) -> None:
    deployment = deployed({"VSS_MODEL_SET": "own"})
    with pytest.raises(ModelError, match="no model set 'own'; allowed: demo, omz"):
        push_models(deployment, manifest, lambda _: None)
