"""The environment variables of the functions, and that the functions read them."""

from __future__ import annotations

import pytest
from business_logic.alerts import FRAME_KINDS, AlertKind
from business_logic.enrolment_settings import EnrolmentSettings
from business_logic.settings import FunctionSettings
from deep_learning.catalogue import CalibratedThreshold

from stacks.alerts import TEXTS
from stacks.settings import ALERT_KINDS, CAMERA_SILENT
from tests.infrastructure.synthesis import Templates

PLACE = "${AWS::AccountId}-${AWS::Region}"
COMMON = {
    "VSS_STAGE": "{stage}",
    "VSS_GALLERY_BUCKET": f"vss-{{stage}}-gallery-{PLACE}",
    "VSS_BUCKET_OWNER": "<AWS::AccountId>",
    "VSS_MANIFEST": "/opt/models/manifest.json",
    "VSS_MODEL_SET": "{model_set}",
    "VSS_MODEL_SOURCE": "layer",
    "OPENCV_IO_MAX_IMAGE_PIXELS": "16777216",
    "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
}
OWN = {
    "surveillance": {
        "VSS_FRAMES_BUCKET": f"vss-{{stage}}-frames-{PLACE}",
        "VSS_RESULTS_BUCKET": f"vss-{{stage}}-results-{PLACE}",
        "VSS_SCOPE": "global",
        "VSS_ALERTS": "camera_covered,unknown_person",
        "VSS_CONFIRMED_FRAMES": "2",
        "VSS_CONFIRMATION_WINDOW": "3",
        "VSS_ALERT_COOLDOWN_S": "300",
    },
    "enrolment": {},
}
# Imports, whose names CDK makes; test_encryption looks at which keys they are.
KEYS = {"surveillance": "VSS_RESULTS_KEY_ARN", "enrolment": "VSS_GALLERY_KEY_ARN"}


@pytest.mark.parametrize("package", OWN)
def test_environment_is_the_agreed_one(templates: Templates, package: str) -> None:
    found = templates.environment(package)
    assert found.pop(KEYS[package]).startswith("<import ")
    stage, model_set = templates.stage, {"dev": "demo", "prod": "omz"}[templates.stage]
    assert found == {
        name: value.replace("{stage}", stage).replace("{model_set}", model_set)
        for name, value in (COMMON | OWN[package]).items()
    }


def deployed(templates: Templates, package: str) -> dict[str, str]:
    """The environment as Lambda sets it, CloudFormation's part done."""
    environment = {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769"}
    for name, value in templates.environment(package).items():
        if value.startswith("<import "):
            environment[name] = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd"
            continue
        for placeholder in ("<AWS::AccountId>", "${AWS::AccountId}"):
            value = value.replace(placeholder, "123456789012")
        environment[name] = value.replace("${AWS::Region}", "eu-west-1")
    return environment


@pytest.mark.parametrize("source", ["layer", "s3"])
@pytest.mark.parametrize("alerts", [[], list(ALERT_KINDS)])
def test_surveillance_accepts_its_environment(synthesised, source: str, alerts: list[str]) -> None:
    templates = synthesised(model_source=source, alerts=alerts)
    read = FunctionSettings.from_environment(deployed(templates, "surveillance"))
    assert read.alerts.kinds == frozenset(alerts)
    assert (read.networks.bucket is None) == (source == "layer")


def test_surveillance_reads_the_periods_of_the_settings(synthesised) -> None:
    periods = {"*": 900, "a.b_c-D": 60, "yard": 0}
    templates = synthesised(camera_silent_after=periods)
    read = FunctionSettings.from_environment(deployed(templates, "surveillance"))
    assert read.silence.seconds == periods
    assert "VSS_CAMERA_SILENT_AFTER" not in templates.environment("enrolment")


def test_kinds_are_the_same_to_settings_and_function() -> None:
    assert set(ALERT_KINDS) == FRAME_KINDS
    assert {*ALERT_KINDS, CAMERA_SILENT} == set(AlertKind) == set(TEXTS)


@pytest.mark.parametrize("source", ["layer", "s3"])
def test_enrolment_accepts_its_environment(synthesised, source: str) -> None:
    templates = synthesised(model_source=source)
    read = EnrolmentSettings.from_environment(deployed(templates, "enrolment"))
    assert read.gallery_bucket == "vss-dev-gallery-123456789012-eu-west-1"
    assert (read.networks.bucket is None) == (source == "layer")


@pytest.mark.parametrize("package", OWN)
def test_a_calibrated_threshold_reaches_both_functions(synthesised, package: str) -> None:
    given = CalibratedThreshold(0.4127, "0123456789abcdef")
    templates = synthesised(
        identification_threshold=given.score, identification_network=given.network
    )
    kind = {"surveillance": FunctionSettings, "enrolment": EnrolmentSettings}[package]
    read = kind.from_environment(deployed(templates, package))
    assert read.networks.calibrated == given
