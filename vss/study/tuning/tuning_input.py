"""What is to be tuned: the input of AWS Lambda Power Tuning, field by field.

Unlike there, a value out of its range is refused, not moved into it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from deep_learning.errors import ConfigurationError

from stacks.setting_rules import Rule, SettingsError, distinct, flag, matching, one_of, whole

MEMORY_MB = (128, 10_240)
POWER_VALUES = (128, 256, 512, 1024, 1536, 3008)
# What the tool means by "ALL".
ALL_POWER_VALUES = tuple(range(128, 3009, 64))
STRATEGIES = ("cost", "speed", "balanced")
LEAST_NUM = 5
_ARN = r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+"


def _share(high: float) -> Rule:
    def accepts(value: object) -> bool:
        return type(value) in (int, float) and 0 <= value <= high  # type: ignore[operator]

    return Rule(accepts, f"a number from 0 to {high:g}")


_FUNCTION = matching(_ARN, "the ARN of a Lambda function without version or alias")
_ALIAS = matching(r"(?!\d+$)[A-Za-z0-9_-]{1,128}", "the name of an alias")
_MEMORIES = whole(*MEMORY_MB)
RULES: Mapping[str, Rule] = {
    "lambdaARN": _FUNCTION,
    "powerValues": distinct(
        _MEMORIES, f"whole numbers from {MEMORY_MB[0]} to {MEMORY_MB[1]} (MB), or ALL"
    ),
    "num": whole(LEAST_NUM, 10_000),
    "payload": Rule(
        lambda value: value not in (None, "", []),
        "an object, a text that is not empty, or a list of {payload, weight}",
    ),
    "payloadS3": matching(r"s3://[a-z0-9][a-z0-9.-]+/.+", "s3://bucket/key"),
    "parallelInvocation": flag(),
    "strategy": one_of(*STRATEGIES),
    "balancedWeight": _share(1.0),
    "discardTopBottom": _share(0.4),
    "onlyColdStarts": flag(),
    "autoOptimize": flag(),
    "autoOptimizeAlias": _ALIAS,
    "includeOutputResults": flag(),
    "dryRun": flag(),
    "sleepBetweenRunsMs": whole(0, 900_000),
    "disablePayloadLogs": flag(),
    "preProcessorARN": _FUNCTION,
    "postProcessorARN": _FUNCTION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningInput:
    """What is to be tuned, and how.

    Attributes:
        function_arn: the deployed function; None: ours, in the sandbox of this machine.
        power_values: MB of memory to try.
        num: invocations for each of them.
        payload: of each invocation, or a list of {payload, weight}; None: none given.
        payload_s3: where the payload lies instead.
        parallel: all invocations of a power value at once.
        strategy: ``cost``, ``speed`` or ``balanced``.
        balanced_weight: of the cost where balanced; the time has the rest.
        discard: share of the fastest, and of the slowest, that the average leaves out.
        only_cold: each invocation in an environment of its own.
        optimize: leave the function at the optimum.
        optimize_alias: and let this alias point to a version with it.
        include_stats: put every power value into the results, not the best alone.
        dry_run: one invocation each, no optimum.
        sleep_ms: between two invocations.
        pre_processor: function that is invoked before each invocation; what it returns is the
            payload then.
        post_processor: function that gets what each invocation returned.
    """

    function_arn: str | None = None
    power_values: tuple[int, ...] = POWER_VALUES
    num: int = 10
    payload: Any = None
    payload_s3: str | None = None
    parallel: bool = False
    strategy: str = "cost"
    balanced_weight: float = 0.5
    discard: float = 0.2
    only_cold: bool = False
    optimize: bool = False
    optimize_alias: str | None = None
    include_stats: bool = False
    dry_run: bool = False
    sleep_ms: int = 0
    pre_processor: str | None = None
    post_processor: str | None = None

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        """Check the tool's fields and take them over.

        Raises:
            ConfigurationError: a field is unknown, out of its range, or does not go with another.
        """
        given = dict(fields)
        if given.get("powerValues") == "ALL":
            given["powerValues"] = list(ALL_POWER_VALUES)
        _check_fields(given)
        # Payloads are never printed here, so that there is nothing to switch off.
        given.pop("disablePayloadLogs", None)
        named = {_ATTRIBUTES[field]: value for field, value in given.items()}
        if "power_values" in named:
            named["power_values"] = tuple(named["power_values"])
        if given.get("dryRun"):
            named["num"] = 1
        if given.get("onlyColdStarts"):
            named.setdefault("discard", 0.0)
        wanted = cls(**named)
        wanted._check_together()
        return wanted

    def _check_together(self) -> None:
        if not self.power_values:
            raise ConfigurationError("powerValues is empty; give at least one memory size in MB")
        if self.optimize_alias is not None and not self.optimize:
            raise ConfigurationError("autoOptimizeAlias goes with autoOptimize: true only")
        if self.payload is not None and self.payload_s3 is not None:
            raise ConfigurationError("payload and payloadS3 are both given; one is the payload")
        if self.function_arn is not None and self.payload is None and self.payload_s3 is None:
            raise ConfigurationError(
                "payload is missing: give payload or payloadS3 ({} where the function takes none)"
            )


_ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {
        "lambdaARN": "function_arn",
        "powerValues": "power_values",
        "num": "num",
        "payload": "payload",
        "payloadS3": "payload_s3",
        "parallelInvocation": "parallel",
        "strategy": "strategy",
        "balancedWeight": "balanced_weight",
        "discardTopBottom": "discard",
        "onlyColdStarts": "only_cold",
        "autoOptimize": "optimize",
        "autoOptimizeAlias": "optimize_alias",
        "includeOutputResults": "include_stats",
        "dryRun": "dry_run",
        "sleepBetweenRunsMs": "sleep_ms",
        "preProcessorARN": "pre_processor",
        "postProcessorARN": "post_processor",
    }
)


def read_fields(path: Path) -> dict[str, Any]:
    """Read the tool's input from a JSON file.

    Raises:
        ConfigurationError: it cannot be read or is no JSON object.
    """
    try:
        fields = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    if not isinstance(fields, dict):
        raise ConfigurationError(f"{path} holds no JSON object; want {{{', '.join(RULES)}}}")
    return fields


def _check_fields(given: Mapping[str, Any]) -> None:
    for field, value in given.items():
        if field not in RULES:
            raise ConfigurationError(f"field {field} is unknown; allowed: {', '.join(RULES)}")
        try:
            RULES[field].check(field, value)
        except SettingsError as error:
            raise ConfigurationError(str(error)) from error
