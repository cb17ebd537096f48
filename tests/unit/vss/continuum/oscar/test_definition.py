"""What a service is created from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from deep_learning.errors import ConfigurationError

from vss.continuum.fdl.loading import load
from vss.continuum.fdl.models import OscarService, Workflow
from vss.continuum.oscar.definition import service_definition

FDL = """
functions:
  oscar:
  - edge:
      name: anonymise
      image: grycap/blurry-faces
      script: blur.sh
      memory: 2Gi
      environment:
        Variables: {RATE: '5'}
        secrets: {KEY: 'env:SERVICE_KEY'}
      input:
      - {storage_provider: minio, path: anonymise/input}
      output:
      - {storage_provider: s3.cloud, path: masks/intermediate, suffix: [jpg]}
storage_providers:
  s3:
    cloud: {access_key: AKIA, secret_key: 'file:%s', region: eu-west-1}
    unused: {access_key: AKIB, secret_key: 'env:NOT_SET', region: eu-west-1}
"""


@pytest.fixture
def workflow(tmp_path: Path) -> Workflow:
    (tmp_path / "secret").write_text("of-the-file\n")
    (tmp_path / "blur.sh").write_text("#!/bin/sh\n")
    (tmp_path / "fdl.yaml").write_text(FDL % (tmp_path / "secret"))
    return load(tmp_path / "fdl.yaml").workflow


def service_of(workflow: Workflow) -> OscarService:
    return workflow.functions.oscar[0].service


def test_it_holds_script_storage_and_secrets_themselves(workflow: Workflow) -> None:
    found = service_definition(
        service_of(workflow),
        "#!/bin/sh\r\necho\r\n",
        workflow.storage_providers,
        {"SERVICE_KEY": "of-the-variable"},
    )
    assert json.loads(json.dumps(found)) == {
        "name": "anonymise",
        "image": "grycap/blurry-faces",
        "script": "#!/bin/sh\necho\n",
        "memory": "2Gi",
        "environment": {"variables": {"RATE": "5"}, "secrets": {"KEY": "of-the-variable"}},
        "input": [{"storage_provider": "minio", "path": "anonymise/input"}],
        "output": [
            {"storage_provider": "s3.cloud", "path": "masks/intermediate", "suffix": ["jpg"]}
        ],
        "storage_providers": {
            "s3": {
                "cloud": {
                    "access_key": "AKIA",
                    "secret_key": "of-the-file",
                }
                | ({"region": "eu-west-1"})
            }
        },
    }


def test_a_secret_that_is_not_there_is_named(workflow: Workflow) -> None:
    with pytest.raises(ConfigurationError, match="SERVICE_KEY"):
        service_definition(service_of(workflow), "x", workflow.storage_providers, {})
