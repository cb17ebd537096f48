"""The function on a stage of its own."""

from tests.stage_fixtures import (  # noqa: F401
    _loaded,
    function,
    moto_endpoint,
    s3,
    stage,
    start,
    tiny_manifest,
)
