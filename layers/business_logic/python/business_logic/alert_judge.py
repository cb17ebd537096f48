"""Decides which alerts a frame bears, by what is known of its camera.

All environments share one object for each camera. A frame reads it, is judged, and writes what is
known then only where that has changed, and only if nobody else wrote since (If-Match): where two
frames race, one of them is written; the other is told so, reads what the first one left and is
judged anew by it. So of two frames that both would confirm the same, one bears the alert and the
other finds it cooling down. What a frame is granted is in the state before its alerts are written,
and these before its record: a process that dies between any two of them leaves a frame that comes
again and is granted the same.

A frame that others overtake again and again, in a burst of one camera, is judged by what it read
last and leaves no trace in the state: writing one object is slow, and a frame is worth more than
its share in a confirmation.

A state that is damaged begins anew, and one that may not be read or written is done without. Either
way every occasion becomes an alert then, since too many are better than none, and the log says so.
A camera's first frame makes its state, also if it shows nothing: S3 tells who may not list from who
may not read only by a write that fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from deep_learning.errors import TransientError
from high_level_algorithms.types import FrameStatus

from business_logic.alert_rules import AlertRules
from business_logic.alerts import Occasion, occasions_of
from business_logic.camera_state import DamagedStateError, parse_state
from business_logic.events import FrameStored
from business_logic.frame_keys import camera_id, frame_digest
from business_logic.log import Log
from business_logic.record import Json
from business_logic.s3_access import was_refused
from business_logic.sightings import (
    CameraState,
    Judgement,
    Sighting,
    judge,
    judge_without_past,
)
from business_logic.state_store import StateStore, StoredState

_TRIES = 8
_NOTHING: frozenset[Occasion] = frozenset()


@dataclass(frozen=True, slots=True)
class Look:
    """What was read of a camera before its frame was analysed.

    Attributes:
        stored: the state; None where it is only read if it matters.
        writes: how many states this environment had written by then.
    """

    stored: StoredState | None
    writes: int


class AlertJudge:
    """Judges the frames of one environment.

    Args:
        states: of the cameras.
        rules: of the deployment.
    """

    def __init__(self, states: StateStore, rules: AlertRules) -> None:
        self._states = states
        self._rules = rules
        self._writes = 0

    def look(self, frame: FrameStored) -> Look:
        """Read the state of a frame's camera, in whatever thread, where every frame needs it.

        Raises:
            TransientError: it could not be read this time.
        """
        writes, camera = self._writes, camera_id(frame.key)
        if camera is None or not self._rules.counts_frames:
            return Look(None, writes)
        return Look(self._states.read(camera), writes)

    def granted(
        self, frame: FrameStored, record: Json, look: Callable[[], Look], log: Log
    ) -> frozenset[Occasion]:
        """Return what a frame is to alert of, once the state of its camera says so too.

        Args:
            frame: the frame.
            record: of it.
            look: waits for what ``look`` returned; raises what it raises.
            log: is told where a state could not be used.

        Raises:
            TransientError: the state could not be read or written this time.
        """
        seen = occasions_of(record, self._rules.kinds)
        camera = camera_id(frame.key)
        # An image that cannot be looked at shows neither something nor nothing.
        if camera is None or record["status"] == FrameStatus.REJECTED:
            return _NOTHING
        if not self._rules.keeps_state or not (seen or self._rules.counts_frames):
            return seen
        sighting = Sighting(frame_digest(frame), frame.time, frame.sequencer or "", seen)
        try:
            return self._settle(camera, sighting, look, log)
        except TransientError as error:
            if not was_refused(error):
                raise
            log.error("alerts without a state", error, camera_id=camera)
            return seen

    def _settle(
        self, camera: str, sighting: Sighting, look: Callable[[], Look], log: Log
    ) -> frozenset[Occasion]:
        stored, granted = self._fresh(camera, look()), _NOTHING
        for _ in range(_TRIES):
            (state, granted), changed = self._judged(camera, sighting, stored, log)
            if not changed:
                return granted
            if self._states.write(camera, state, stored.etag):
                self._writes += 1
                return granted
            self._states.pause()
            stored = self._states.read(camera, exists=stored.etag is None)
        log.info("frame not in the state", camera_id=camera, overtaken=_TRIES)
        return granted

    def _fresh(self, camera: str, look: Look) -> StoredState:
        # The frame before may be of the same camera, and its state was written meanwhile.
        if look.stored is None or look.writes != self._writes:
            return self._states.read(camera)
        return look.stored

    def _judged(
        self, camera: str, sighting: Sighting, stored: StoredState, log: Log
    ) -> tuple[Judgement, bool]:
        """Judge a frame by what is stored; tell whether that has to be written anew."""
        if stored.etag is None:
            return judge(CameraState(), sighting, self._rules), True
        try:
            state = parse_state(stored.content)
        except DamagedStateError as error:
            log.error("state begins anew, alerts without it", error, camera_id=camera)
            return judge_without_past(sighting, self._rules), True
        judgement = judge(state, sighting, self._rules)
        return judgement, judgement[0] != state
