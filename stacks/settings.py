"""The settings of a stage, read once from the CDK context: typed, checked, nothing else reads them.

``cdk.json`` holds ``stages: {dev: {...}, prod: {...}}``; ``-c stage=prod`` chooses one and
``-c settings='{"timeout_s": 60}'`` overrides single values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from aws_cdk import RemovalPolicy
from constructs import Node
from deep_learning.catalogue import MODEL_SET_NAME, NETWORK_DIGITS, CalibratedThreshold

from stacks.setting_rules import (
    Rule,
    SettingsError,
    distinct,
    each,
    either,
    flag,
    matching,
    one_of,
    optional,
    share,
    whole,
)

ALERT_KINDS = ("camera_covered", "unknown_person", "known_person")
CAMERA_SILENT = "camera_silent"
# Beyond that the windows of a camera would not fit into what is kept of it.
CONFIRMATION_FRAMES = 20
MOST_SILENCE_S = 604_800
# Lambda's variables may have 4 KB in all.
MOST_SILENCE_CHARACTERS = 2000
ALL_OTHERS = "*"
# The values CloudWatch Logs accepts.
LOG_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
BLOB_PROCESSORS = ("avx2", "avx512", "avx512_vnni", "avx512_bf16", "amx")
# An EventBridge rule has five targets at most, and a target wakes one environment.
SCHEDULED_INSTANCES = 5

_STAGE = matching("[a-z][a-z0-9]{0,11}", "a lower-case letter, then up to 11 letters or digits")
_PRINCIPALS = distinct(
    matching(r"arn:aws[a-z-]*:iam::\d{12}:(user|role)/[\w+=,.@/-]+", "IAM user or role"),
    "ARNs of IAM users or roles, without wildcards",
)

_SILENCE = either(
    whole(1, MOST_SILENCE_S),
    each(
        matching(r"\*|[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", "a camera id"),
        whole(0, MOST_SILENCE_S),
        f"camera ids, {ALL_OTHERS} for all others",
    ),
)

RULES: Mapping[str, Rule] = {
    "runtime": one_of("python3.12", "python3.13", "python3.14"),
    "memory_mb": whole(128, 10_240),
    "timeout_s": whole(1, 900),
    "batch_size": whole(1, 10),
    "batch_window_s": whole(0, 300),
    "max_concurrency": whole(2, 1000),
    "reserved_concurrency": optional(whole(2, 1000)),
    "scope": one_of("global", "local"),
    "model_source": one_of("layer", "s3"),
    "model_set": matching(MODEL_SET_NAME, "the name of a set: lower-case letters, digits, -"),
    "blob_processors": distinct(
        one_of(*BLOB_PROCESSORS), f"kinds of processor: {', '.join(BLOB_PROCESSORS)}"
    ),
    "identification_threshold": optional(share()),
    "identification_network": optional(
        matching(
            f"[0-9a-f]{{{NETWORK_DIGITS}}}",
            f"the first {NETWORK_DIGITS} hexadecimal digits of a network's SHA-384",
        )
    ),
    "alerts": distinct(one_of(*ALERT_KINDS), f"kinds of {', '.join(ALERT_KINDS)}"),
    "confirmed_frames": whole(1, CONFIRMATION_FRAMES),
    "confirmation_window": whole(1, CONFIRMATION_FRAMES),
    "alert_cooldown_s": whole(0, 86_400),
    "camera_silent_after": optional(_SILENCE),
    "frames_retention_days": whole(1, 3650),
    "results_retention_days": whole(1, 3650),
    "log_retention_days": one_of(*LOG_RETENTION_DAYS),
    "uploader_principals": _PRINCIPALS,
    "operator_principals": _PRINCIPALS,
    "warm_keeping": one_of("none", "schedule", "provisioned", "snapstart"),
    "warm_instances": whole(1, 100),
    "removal_policy": one_of("destroy", "retain"),
    "termination_protection": flag(),
    "alarm_email": optional(matching(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSettings:
    """What differs between two deployments of the same code.

    Attributes:
        runtime: of Lambda; the layers are built for it.
        memory_mb: of each function; 1,769 MB are one vCPU.
        timeout_s: of one invocation; the queues' visibility timeouts follow from it.
        reserved_concurrency: of the surveillance function, as are batches, scope and warm keeping;
            None leaves it in the account's common pool.
        scope: initialise the networks before the first event, or inside each (for the study).
        model_source: networks in the layer, or fetched from the models bucket.
        model_set: the set of networks, by its name in the manifest.
        blob_processors: kinds of processor that the networks in the layer are compiled ahead for;
            the log line ``environment started`` says which kind a function met.
        identification_threshold: least comparison score of an identification, as `vss calibrate`
            chose it; None for the one of the embedding network.
        identification_network: the beginning of the SHA-384 of the network it was chosen for.
        alerts: the kinds that are raised of what frames show.
        confirmed_frames: of ``confirmation_window`` frames of a camera, how many must show that it
            is covered, or the same known person, before there is an alert.
        alert_cooldown_s: least seconds between two alerts of a camera and kind, and person.
        camera_silent_after: seconds without a frame until there is an alert: for all cameras, or by
            camera, ``*`` for all others and 0 for never; None watches none.
        uploader_principals: cameras, may put frames.
        operator_principals: people, may read frames and gallery from outside the VPC.
        warm_instances: environments kept warm, with ``schedule`` and ``provisioned`` only.
        alarm_email: who is told of alarms and alerts, None for nobody yet.
    """

    stage: str
    runtime: str = "python3.13"
    memory_mb: int = 1769
    timeout_s: int = 30
    batch_size: int = 5
    batch_window_s: int = 0
    max_concurrency: int = 5
    reserved_concurrency: int | None = None
    scope: str = "global"
    model_source: str = "layer"
    model_set: str = "omz"
    blob_processors: tuple[str, ...] = ()
    identification_threshold: float | None = None
    identification_network: str | None = None
    alerts: tuple[str, ...] = ("camera_covered", "unknown_person")
    confirmed_frames: int = 2
    confirmation_window: int = 3
    alert_cooldown_s: int = 300
    camera_silent_after: int | Mapping[str, int] | None = None
    frames_retention_days: int = 7
    results_retention_days: int = 90
    log_retention_days: int = 30
    uploader_principals: tuple[str, ...] = ()
    operator_principals: tuple[str, ...] = ()
    warm_keeping: str = "none"
    warm_instances: int = 1
    removal_policy: str = "retain"
    termination_protection: bool = True
    alarm_email: str | None = None

    @classmethod
    def from_context(cls, node: Node) -> Self:
        """Read the chosen stage with its overrides.

        Raises:
            SettingsError: an unknown stage or key, or a value that is not allowed.
        """
        stage = node.try_get_context("stage") or "dev"
        _STAGE.check("stage", stage)
        stages = node.try_get_context("stages") or {}
        if stage not in stages:
            raise SettingsError(f"stage is {stage!r}; allowed: {', '.join(sorted(stages))}")
        overrides = _json_object(node.try_get_context("settings") or {})
        return cls.of(stage, {**stages[stage], **overrides})

    @classmethod
    def of(cls, stage: str, values: Mapping[str, Any]) -> Self:
        """Check ``values`` and put them over the defaults; SettingsError as in `from_context`."""
        for key, value in values.items():
            if key not in RULES:
                raise SettingsError(f"setting {key} is unknown; allowed: {', '.join(RULES)}")
            RULES[key].check(f"setting {key} of stage {stage}", value)
        typed: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
        }
        settings = cls(stage=stage, **typed)
        settings._check_together()
        return settings

    def visibility_timeout_s(self, window_s: int) -> int:
        """AWS asks for six times the function's timeout; the batch window comes on top."""
        return 6 * self.timeout_s + window_s

    @property
    def calibrated(self) -> CalibratedThreshold | None:
        """The threshold of identification with its network, None for the network's own."""
        score, network = self.identification_threshold, self.identification_network
        if score is None or network is None:
            return None
        return CalibratedThreshold(score, network)

    @property
    def silence_periods(self) -> Mapping[str, int]:
        """Seconds by camera, ``*`` for all others; empty where no camera is watched."""
        given = self.camera_silent_after
        periods = {ALL_OTHERS: given} if isinstance(given, int) else dict(given or {})
        return periods if any(periods.values()) else {}

    @property
    def alert_kinds(self) -> tuple[str, ...]:
        """All kinds that are raised."""
        return (*self.alerts, CAMERA_SILENT) if self.silence_periods else self.alerts

    @property
    def retains(self) -> bool:
        """Whether keys, buckets, queues and logs outlive their stack."""
        return self.removal_policy == "retain"

    @property
    def on_removal(self) -> RemovalPolicy:
        """The same, in CDK's terms."""
        return RemovalPolicy.RETAIN if self.retains else RemovalPolicy.DESTROY

    def _check_together(self) -> None:
        self._check_threshold()
        self._check_alerts()
        # A mapping allowed more than the function has is throttled, and healthy messages
        # run out of receives.
        if self.reserved_concurrency is not None:
            allowed = whole(self.max_concurrency, 1000)
            allowed.check(self._named("reserved_concurrency"), self.reserved_concurrency)
        if self.blob_processors and self.model_source != "layer":
            raise SettingsError(
                f"setting blob_processors of stage {self.stage} is {list(self.blob_processors)} "
                f"with model_source={self.model_source}; allowed: [], or model_source=layer"
            )
        if self.warm_keeping == "schedule":
            whole(1, SCHEDULED_INSTANCES).check(self._named("warm_instances"), self.warm_instances)
        if self.warm_keeping == "provisioned" and self.reserved_concurrency is not None:
            allowed = whole(1, self.reserved_concurrency)
            allowed.check(self._named("warm_instances"), self.warm_instances)

    def _check_threshold(self) -> None:
        if (self.identification_threshold is None) != (self.identification_network is None):
            raise SettingsError(
                f"settings identification_threshold and identification_network of stage "
                f"{self.stage} are {self.identification_threshold} and "
                f"{self.identification_network}; allowed: both, as `vss calibrate --write` "
                "writes them, or neither"
            )

    def _check_alerts(self) -> None:
        if self.confirmed_frames > self.confirmation_window:
            raise SettingsError(
                f"setting confirmed_frames of stage {self.stage} is {self.confirmed_frames} with "
                f"confirmation_window={self.confirmation_window}; allowed: a whole number from 1 "
                f"to {self.confirmation_window}"
            )
        length = len(written_periods(self.silence_periods))
        if length > MOST_SILENCE_CHARACTERS:
            raise SettingsError(
                f"setting camera_silent_after of stage {self.stage} names "
                f"{len(self.silence_periods)} cameras, {length} characters as a variable of the "
                f"function; allowed: {MOST_SILENCE_CHARACTERS} ({ALL_OTHERS} stands for all others)"
            )

    def _named(self, key: str) -> str:
        others = ("max_concurrency", "reserved_concurrency", "warm_keeping")
        given = ", ".join(f"{name}={getattr(self, name)}" for name in others if name != key)
        return f"setting {key} of stage {self.stage} (with {given})"


def written_periods(periods: Mapping[str, int]) -> str:
    """Return the periods as the function reads them: ``*=900,entrance=60``."""
    return ",".join(f"{camera}={seconds}" for camera, seconds in sorted(periods.items()))


def _json_object(value: object) -> Mapping[str, Any]:
    """Accept the context value ``settings``: a JSON text from the command line, or an object."""
    parsed = value
    if isinstance(value, str):
        try:
            parsed = json.loads(value)
        except json.JSONDecodeError:
            parsed = None
    if not isinstance(parsed, dict):
        raise SettingsError(f"context settings is {value!r}; allowed: a JSON object")
    return parsed
