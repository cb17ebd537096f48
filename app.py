"""The CDK application, as ``cdk`` runs it: ``cdk deploy --all -c stage=dev``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import aws_cdk as cdk
from deep_learning.catalogue import Catalogue, Role
from deep_learning.errors import SurveillanceError

from stacks.application import Application, WorkflowParts
from stacks.compliance import add_rule_packs
from stacks.layer_assets import AssetError, BuiltCode, SourceCode
from stacks.mask_sets import mask_set
from stacks.setting_rules import SettingsError, one_of
from stacks.settings import StageSettings
from vss.layers.blobs import check_version, export_blobs
from vss.layers.build import Place, current
from vss.layers.parts import Part
from vss.layers.runtimes import Runtime

REPOSITORY = Path(__file__).resolve().parent


def main() -> None:
    """Read the context, build the stacks, check them, write the templates.

    Raises:
        SystemExit: a setting or a file to ship is wrong; the message says which.
    """
    # Traces would name temporary folders: two syntheses would not give the same bytes.
    app = cdk.App(stack_traces=False, context={"aws:cdk:disable-creation-stack-traces": True})
    try:
        settings = StageSettings.from_context(app.node)
        manifest = _manifest(app)
        _check_threshold(settings, manifest)
        with TemporaryDirectory(prefix="vss-assets-") as staging:
            code = _code(app, settings, manifest, Path(staging))
            Application(app, settings, code, _workflow(app, code))
    except (SettingsError, AssetError, SurveillanceError) as error:
        sys.exit(f"vss: {error}")
    add_rule_packs(app)
    app.synth()


def _manifest(app: cdk.App) -> Path:
    return REPOSITORY / (app.node.try_get_context("manifest") or "model_assets/manifest.json")


def _check_threshold(settings: StageSettings, manifest: Path) -> None:
    if settings.calibrated is not None:
        chosen = Catalogue.read(manifest, settings.model_set)
        settings.calibrated.check(chosen.entry(Role.FACE_EMBEDDING))


def _workflow(app: cdk.App, code: SourceCode) -> WorkflowParts | None:
    """Read the FDL file of ``-c workflow=FILE``; without it no template knows of workflows.

    What it is silent about may stand in the one of ``-c workflow_defaults=FILE``.
    """
    file = app.node.try_get_context("workflow")
    if file is None:
        return None
    from vss.continuum.cloud.design import read_design

    own = replace(code, model_set=mask_set(code.model_set), staging=code.staging / "workflow")
    containers = app.node.try_get_context("containers") or "images"
    one_of("images", "none").check("context containers", containers)
    below = app.node.try_get_context("workflow_defaults")
    defaults = None if below is None else REPOSITORY / below
    return WorkflowParts(read_design(REPOSITORY / file, containers == "images", defaults), own)


def _code(app: cdk.App, settings: StageSettings, manifest: Path, staging: Path) -> SourceCode:
    layers = app.node.try_get_context("layers") or "built"
    one_of("built", "source").check("context layers", layers)
    kind: Callable[..., SourceCode] = SourceCode
    if layers == "built":
        blobs = _blobs(manifest, settings)
        kind = partial(BuiltCode, built=_built(settings.runtime), blobs=blobs)
    return kind(
        repository=REPOSITORY,
        manifest=manifest,
        model_set=settings.model_set,
        staging=staging,
        with_networks=settings.model_source == "layer",
    )


def _built(runtime: str) -> Path:
    found = current(Runtime.named(runtime), Place())
    if found is None:
        raise AssetError(
            f"the layers for {runtime} are not built, or from other sources than the present; "
            f"`vss layers build --runtime {runtime}`"
        )
    return found.folder


def _blobs(manifest: Path, settings: StageSettings) -> Mapping[Path, Path]:
    if not settings.blob_processors:
        return {}
    place = Place()
    check_version(place.requirements(Part.DEEP_LEARNING))
    cache = place.folder / "cache" / "blobs"
    return export_blobs(manifest, settings.model_set, settings.blob_processors, cache)


if __name__ == "__main__":
    main()
