"""What of each distribution goes into a layer, and why; all else stays out.

Patterns are those of ``fnmatch`` on the path in the wheel, where ``*`` matches ``/`` as well. The
last pattern that matches decides. Licences and METADATA are kept of everything: the former are
owed, by the latter scanners find what is vulnerable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from vss.layers.parts import Part


@dataclass(frozen=True, slots=True)
class Rule:
    """Keep or drop what matches.

    Attributes:
        pattern: of the path in the wheel.
        keeps: whether it goes into the layer.
        why: for a person who wonders.
    """

    pattern: str
    keeps: bool
    why: str


def keep(pattern: str, why: str) -> Rule:
    """Return the rule that lets ``pattern`` in."""
    return Rule(pattern, True, why)


def drop(pattern: str, why: str) -> Rule:
    """Return the rule that leaves ``pattern`` out."""
    return Rule(pattern, False, why)


_ALWAYS = (
    keep("*.dist-info/METADATA", "vulnerability scanners read names and versions here"),
    keep("*.dist-info/licenses/*", "owed to the authors"),
    keep("*.dist-info/LICEN[CS]E*", "owed to the authors"),
    keep("*.dist-info/NOTICE*", "owed to the authors"),
)
_PURE = (
    keep("*.py", "the package"),
    drop("*/tests/*", "nothing runs them there"),
    drop("*/testing/*", "nothing tests there"),
)

RULES: Mapping[str, tuple[Rule, ...]] = {
    "openvino": (
        keep("openvino/*.py", "the Python API"),
        keep("openvino/_pyopenvino.*.so", "its binding"),
        keep("openvino/libs/libopenvino.so.*", "the runtime"),
        keep("openvino/libs/libopenvino_intel_cpu_plugin.so", "the only device Lambda has"),
        keep("openvino/libs/libopenvino_ir_frontend.so.*", "reads our networks"),
        keep("openvino/libs/libtbb.so.*", "threads"),
        keep("openvino/libs/libtbbmalloc.so.*", "threads"),
        keep("openvino/libs/libtbbbind_2_5.so.*", "threads on the cores that there are"),
        keep("openvino/libs/libhwloc.so.*", "threads on the cores that there are"),
        drop("openvino/tools/*", "converts models; imports urllib for telemetry at every start"),
        drop("openvino/frontend/*/*", "other model formats"),
        drop("openvino/torch/*", "other frameworks"),
    ),
    "numpy": (
        *_PURE,
        keep("numpy/*.so", "arrays"),
        keep("numpy.libs/*", "linear algebra, which the binding of arrays is linked to"),
        keep("numpy/testing/*", "numpy imports it on demand"),
        drop("*/tests/*", "nothing runs them there"),
        drop("numpy/f2py/*", "compiles Fortran"),
        drop("numpy/*_tests.*.so", "nothing runs them there"),
        drop("numpy/_core/_simd.*.so", "only tests use it"),
        drop("numpy/_pyinstaller/*", "for another packager"),
        drop("numpy/distutils/*", "compiles"),
    ),
    "simplejpeg": (keep("simplejpeg/*.py", "decodes JPEG"), keep("simplejpeg/*.so", "likewise")),
    "botocore": (
        *_PURE,
        keep("botocore/cacert.pem", "TLS"),
        keep("botocore/data/*.json", "endpoints, partitions, retries"),
        keep("botocore/data/s3/*", "the only service that the functions call"),
        keep("botocore/data/xray/*", "the X-Ray SDK makes a client of it when it is imported"),
    ),
    "boto3": (*_PURE, keep("boto3/data/s3/*", "the only service that the functions call")),
    "wrapt": (*_PURE, keep("wrapt/*.so", "its fast half")),
    "aws-xray-sdk": (
        *_PURE,
        keep("aws_xray_sdk/*.json", "which calls of AWS are named how in a trace"),
        drop("aws_xray_sdk/ext/django/*", "no web framework runs there"),
        drop("aws_xray_sdk/ext/flask*/*", "likewise"),
        drop("aws_xray_sdk/ext/aiohttp/*", "likewise"),
    ),
}
"""Rules of each distribution; one without rules is pure Python and goes in but for its tests."""

DISTRIBUTIONS: Mapping[Part, frozenset[str]] = {
    Part.DEEP_LEARNING: frozenset({"openvino", "numpy", "simplejpeg"}),
    Part.BUSINESS_LOGIC: frozenset(
        {
            *("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3"),
            *("aws-xray-sdk", "wrapt"),
        }
    ),
}
"""Distributions of each layer; OpenCV is built, see ``opencv``."""

LEFT_OUT: Mapping[str, str] = {
    "opencv-python-headless": "built small from its sources: see opencv.py",
    "openvino-telemetry": "reports usage to its maker; openvino works without it",
}
"""Distributions that the requirements name and no layer holds, and why."""


def goes_in(distribution: str, path: str) -> bool:
    """Tell whether a file of a wheel goes into its layer."""
    rules = (*RULES.get(distribution, _PURE), *_ALWAYS)
    matching = [rule.keeps for rule in rules if fnmatchcase(path, rule.pattern)]
    return bool(matching) and matching[-1]
