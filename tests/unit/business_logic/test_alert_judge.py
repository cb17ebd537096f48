"""Judging by a state that all environments share: races, damage, refusals, redelivery."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Barrier, Lock

import pytest
from botocore.exceptions import ClientError
from business_logic.alert_judge import AlertJudge
from business_logic.alert_rules import AlertRules
from business_logic.alerts import FRAME_KINDS, AlertKind, Occasion
from business_logic.camera_state import format_state
from business_logic.events import FrameStored
from business_logic.log import Log
from business_logic.record import Json
from business_logic.result_store import encode
from business_logic.sightings import CameraState
from business_logic.state_store import StoredState
from deep_learning.errors import TransientError

from tests.batch_work import frame

RULES = AlertRules(FRAME_KINDS, 2, 3, timedelta(seconds=300))
COVERED, ANN = Occasion(AlertKind.CAMERA_COVERED), Occasion(AlertKind.KNOWN_PERSON, "ann")
LOG = Log("request")


@dataclass
class States:
    """Keeps states as S3 does, and can be told to fail."""

    kept: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    before_write: Callable[[], object] = lambda: None
    refuses: str = ""
    reads: int = 0
    writes: int = 0
    _lock: Lock = field(default_factory=Lock)

    def read(self, camera: str, *, exists: bool = False) -> StoredState:
        self.reads += 1
        self._refuse("read" if exists or self.refuses != "unlisted" else "")
        if camera not in self.kept or self.refuses == "unlisted":
            if exists and self.refuses == "unlisted":
                raise refused()
            return StoredState()
        return StoredState(*self.kept[camera])

    def write(self, camera: str, state: CameraState, etag: str | None) -> bool:
        self._refuse("write")
        self.before_write()
        with self._lock:
            if self.kept.get(camera, (None,))[0] != etag:
                return False
            self.writes += 1
            self.kept[camera] = (f"etag-{self.writes}", encode(format_state(state)))
            return True

    def pause(self) -> None:
        pass

    def _refuse(self, what: str) -> None:
        if what and self.refuses == what:
            raise refused()
        if self.refuses == "fail":
            raise TransientError("3 tries, last: 503")


def refused() -> TransientError:
    error = TransientError("GetObject gave 403")
    answer = {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
    error.__cause__ = ClientError(answer, "GetObject")  # type: ignore[arg-type]
    return error


def image(number: int, camera: str = "door") -> FrameStored:
    taken = frame(f"incoming/{camera}/{number}.jpg")
    return replace(taken, time=taken.time + timedelta(seconds=number))


def record(shown: str) -> Json:
    faces = [{"face": {"status": "identified", "person_id": "ann"}}] if "a" in shown else []
    faces += [{"face": {"status": "unknown", "person_id": None}}] if "U" in shown else []
    status = "covered" if "C" in shown else "rejected" if "!" in shown else "analysed"
    return {"status": status, "persons": faces}


def granted(
    judge: AlertJudge, taken: FrameStored, shown: str, ahead: bool = True
) -> frozenset[Occasion]:
    look = judge.look(taken) if ahead else None
    return judge.granted(taken, record(shown), lambda: look or judge.look(taken), LOG)


@pytest.fixture
def states() -> States:
    return States()


def test_a_quiet_camera_costs_one_read_a_frame_and_its_first_one_a_write(states: States) -> None:
    judge = AlertJudge(states, RULES)  # type: ignore[arg-type]
    for number in range(10):
        assert granted(judge, image(number), ".") == set()
    # The first write is followed by one more look.
    assert (states.reads, states.writes) == (10, 1)


@pytest.mark.parametrize(
    ("rules", "shown", "reads"),
    [
        (replace(RULES, kinds=frozenset()), "CCaU", 0),
        (replace(RULES, confirmed_frames=1, cooldown=timedelta()), "CCaU", 0),
        (replace(RULES, confirmed_frames=1), "..CC", 2),
        (replace(RULES, kinds=frozenset({AlertKind.UNKNOWN_PERSON})), "..CaU", 1),
    ],
)
def test_a_state_that_matters_to_no_alert_is_not_read(
    rules: AlertRules, shown: str, reads: int, states: States
) -> None:
    judge = AlertJudge(states, rules)  # type: ignore[arg-type]
    for number, letter in enumerate(shown):
        granted(judge, image(number), letter)
    assert states.reads == reads


def test_an_image_that_cannot_be_looked_at_does_not_count(states: States) -> None:
    judge = AlertJudge(states, RULES)  # type: ignore[arg-type]
    found = [granted(judge, image(number), shown) for number, shown in enumerate("C!!!C")]
    assert found == [set(), set(), set(), set(), {COVERED}]


def test_what_this_environment_wrote_since_the_look_is_looked_at_again(states: States) -> None:
    judge = AlertJudge(states, RULES)  # type: ignore[arg-type]
    granted(judge, image(0), ".")
    looks = [judge.look(image(number)) for number in range(1, 5)]
    found = [
        judge.granted(image(number), record(shown), lambda look=look: look, LOG)
        for number, (look, shown) in enumerate(zip(looks, "C..C", strict=True), start=1)
    ]
    # By the look alone nothing would lie between the two.
    assert found == [set()] * 4
    assert states.writes == 5


def test_of_frames_that_race_one_bears_the_alert(states: States) -> None:
    together = Barrier(4)
    judges = [AlertJudge(states, RULES) for _ in range(4)]  # type: ignore[arg-type]
    assert granted(judges[0], image(0), "C") == set()

    def race(number: int) -> frozenset[Occasion]:
        look = judges[number].look(image(number + 1))
        together.wait()
        return judges[number].granted(image(number + 1), record("C"), lambda: look, LOG)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(race, range(4)))
    assert sorted(map(len, found)) == [0, 0, 0, 1]
    assert len(json.loads(states.kept["door"][1])["sightings"]) == 5


def test_one_frame_in_two_environments_gets_the_same_alerts(states: States) -> None:
    judges = [AlertJudge(states, RULES) for _ in range(2)]  # type: ignore[arg-type]
    granted(judges[0], image(0), "a")
    looks = [judge.look(image(1)) for judge in judges]
    found = [
        judge.granted(image(1), record("a"), lambda look=look: look, LOG)
        for judge, look in zip(judges, looks, strict=True)
    ]
    assert found == [{ANN}, {ANN}]


@pytest.mark.parametrize(("before", "expected"), [("", set()), ("C", {COVERED})])
def test_who_is_overtaken_each_time_is_judged_by_what_was_read_last(
    states: States, before: str, expected: set[Occasion]
) -> None:
    numbers = iter(range(100))
    other = AlertJudge(states, RULES)  # type: ignore[arg-type]
    granted(other, image(0), before)
    left = states.kept["door"][1]

    def overtake() -> None:
        states.kept["door"] = (f"other-{next(numbers)}", left)

    states.before_write = overtake
    assert granted(AlertJudge(states, RULES), image(1), "C") == expected  # type: ignore[arg-type]
    assert states.kept["door"][1] == left


def test_a_state_that_was_deleted_meanwhile_begins_anew(states: States) -> None:
    judge = AlertJudge(states, RULES)  # type: ignore[arg-type]
    granted(judge, image(0), "a")
    deleted: Iterator[object] = iter([states.kept.clear])
    states.before_write = lambda: next(deleted, lambda: None)()  # type: ignore[operator]
    assert granted(judge, image(1), "a") == set()
    assert len(json.loads(states.kept["door"][1])["sightings"]) == 1


def test_a_damaged_state_alerts_once_and_begins_anew(
    states: States, capsys: pytest.CaptureFixture[str]
) -> None:
    judge = AlertJudge(states, RULES)  # type: ignore[arg-type]
    states.kept["door"] = ("etag", b'{"format":"ann"}')
    assert granted(judge, image(0), "a") == {ANN}
    assert granted(judge, image(0), "a") == {ANN}
    assert granted(judge, image(1), "a") == set()
    (line,) = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert (line["level"], line["camera_id"]) == ("ERROR", "door")
    assert line["message"] == "state begins anew, alerts without it"
    assert "ann" not in json.dumps(line)


@pytest.mark.parametrize("refuses", ["read", "write", "unlisted"])
def test_a_state_that_is_refused_leaves_every_alert_and_says_so(
    refuses: str, states: States, capsys: pytest.CaptureFixture[str]
) -> None:
    states.kept["door"] = ("etag", encode(format_state(CameraState())))
    states.refuses = refuses
    judge = AlertJudge(states, RULES)  # type: ignore[arg-type]

    def look() -> object:
        return judge.look(image(0))

    for _ in range(2):
        assert judge.granted(image(0), record("a"), look, LOG) == {ANN}  # type: ignore[arg-type]
    lines = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert [line["message"] for line in lines] == ["alerts without a state"] * 2
    assert "403" in lines[0]["error"]


def test_a_state_that_cannot_be_had_for_now_gives_the_message_back(states: States) -> None:
    states.refuses = "fail"
    judge = AlertJudge(states, RULES)  # type: ignore[arg-type]
    with pytest.raises(TransientError, match="503"):
        granted(judge, image(0), "C", ahead=False)
