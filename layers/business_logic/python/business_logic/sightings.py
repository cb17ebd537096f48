"""What the latest frames of a camera showed, and which alerts of it are due.

Frames come more than once, several at a time and in any order. They are put in order by the time
Amazon S3 stored them, and each counts once. An occasion that awaits confirmation is confirmed where
``window`` frames, one after the other and the present one among them, show it ``confirmed_frames``
times, whichever of these came last: it bears the alert. Nothing is raised within the cooldown of
another alert of the same occasion, earlier or later.

Only frames that show something to confirm are kept, and those next to them; so a frame of a camera
where nothing happens changes nothing, and need not be written. The price: a frame without anything
to see that comes before its predecessors is not there to separate them, so that an alert may rest
on frames that are further apart. It never takes an alert away.

What is kept is bounded. A frame that is older than all of it is judged by its later neighbours, and
one that comes back after it was forgotten is judged anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from business_logic.alert_rules import AlertRules
from business_logic.alerts import Occasion

_SIGHTINGS_KEPT = 64
# Longer than a message whose process died takes to come back, and to come back again.
_ALERTS_KEPT_FOR = timedelta(hours=3)
_ALERTS_KEPT_AT_LEAST, _ALERTS_KEPT_AT_MOST = 32, 256


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a frame showed.

    Attributes:
        frame: identifies the frame: the digest in its keys.
        time: when Amazon S3 stored it, UTC.
        sequencer: orders the versions of one key that were stored at the same time.
        seen: what it gives occasion for.
    """

    frame: str
    time: datetime
    sequencer: str
    seen: frozenset[Occasion]

    @property
    def place(self) -> tuple[datetime, str, str]:
        """What frames of a camera are ordered by."""
        return self.time, self.sequencer, self.frame


@dataclass(frozen=True, slots=True)
class RaisedAlert:
    """An alert, and the time and digest of the frame that bears it."""

    occasion: Occasion
    frame: str
    time: datetime


@dataclass(frozen=True, slots=True)
class CameraState:
    """What is known of a camera.

    Attributes:
        sightings: the latest frames that showed something to confirm, and those next to them, in
            the order in which they were taken.
        raised: the latest alerts, as they were raised.
    """

    sightings: tuple[Sighting, ...] = ()
    raised: tuple[RaisedAlert, ...] = ()


Judgement = tuple[CameraState, frozenset[Occasion]]
"""The state after a frame, and what the frame is to alert of."""


def judge(state: CameraState, sighting: Sighting, rules: AlertRules) -> Judgement:
    """Return what is known after a frame, the very ``state`` where it changes nothing.

    A frame that was judged before gets the same alerts again: they may not have been written.
    """
    owed = frozenset(alert.occasion for alert in state.raised if alert.frame == sighting.frame)
    if owed or any(known.frame == sighting.frame for known in state.sightings):
        return state, owed
    noted = _to_confirm(sighting, rules)
    sightings = sorted((*state.sightings, noted), key=lambda one: one.place)
    near = _near(sightings, sightings.index(noted), rules.window)
    granted = frozenset(
        occasion
        for occasion in sighting.seen
        if not _cools_down(state, occasion, sighting.time, rules.cooldown)
        and (occasion not in noted.seen or _is_confirmed(near, noted, occasion, rules))
    )
    after = state
    if any(one.seen for one in near):
        after = replace(after, sightings=tuple(sightings[-_SIGHTINGS_KEPT:]))
    return _with_alerts(after, granted, sighting, rules), granted


def judge_without_past(sighting: Sighting, rules: AlertRules) -> Judgement:
    """Return the state to begin anew with, and all occasions: what is not known confirms them."""
    noted = _to_confirm(sighting, rules)
    state = CameraState((noted,) if noted.seen else ())
    return _with_alerts(state, sighting.seen, sighting, rules), sighting.seen


def _to_confirm(sighting: Sighting, rules: AlertRules) -> Sighting:
    return replace(
        sighting,
        seen=frozenset(one for one in sighting.seen if rules.awaits_confirmation(one.kind)),
    )


def _near(sightings: list[Sighting], index: int, window: int) -> list[Sighting]:
    """Return all frames that may share a window with the one at ``index``."""
    return sightings[max(0, index - window + 1) : index + window]


def _is_confirmed(
    near: list[Sighting], noted: Sighting, occasion: Occasion, rules: AlertRules
) -> bool:
    index = near.index(noted)
    windows = (near[start : start + rules.window] for start in range(index + 1))
    return any(
        sum(occasion in one.seen for one in window) >= rules.confirmed_frames for window in windows
    )


def _cools_down(
    state: CameraState, occasion: Occasion, time: datetime, cooldown: timedelta
) -> bool:
    return any(
        alert.occasion == occasion and abs(alert.time - time) < cooldown for alert in state.raised
    )


def _with_alerts(
    state: CameraState, granted: frozenset[Occasion], sighting: Sighting, rules: AlertRules
) -> CameraState:
    if not granted:
        return state
    ordered = sorted(granted, key=lambda one: (one.kind, one.person_id or ""))
    raised = [*state.raised]
    raised += [RaisedAlert(occasion, sighting.frame, sighting.time) for occasion in ordered]
    keep_from = max(alert.time for alert in raised) - max(_ALERTS_KEPT_FOR, rules.cooldown)
    older, newer = raised[:-_ALERTS_KEPT_AT_LEAST], raised[-_ALERTS_KEPT_AT_LEAST:]
    kept = [alert for alert in older if alert.time >= keep_from] + newer
    return replace(state, raised=tuple(kept[-_ALERTS_KEPT_AT_MOST:]))
