"""Twenty photographs through the deployed enrolment function: each taken, or refused rightly."""

from collections.abc import Callable, Iterator, Sequence

import pytest
from deep_learning.decode import decode_image
from rich.console import Console
from rich.table import Table

from tests.end_to_end.conftest import Deploy
from tests.end_to_end.enrolment import Taken, enrol
from tests.enrolment_photographs import (
    DARK,
    FRONT,
    LIGHT,
    Image,
    blurred,
    cut,
    empty_room,
    encoded,
    lit,
    one_far_behind,
    one_in_profile,
    portrait,
    scaled,
    two_people,
)
from tests.shared_material import ABSENT, IMAGES, REAL_SET, SHARED, assemble_networks
from vss.cloud.emptying import empty_buckets
from vss.local.deployment import Running
from vss.paths import MANIFEST

SETTINGS = {"timeout_s": 30}
# What is on it, whose it is said to be, how it is taken, why it is refused.
Case = tuple[str, str, Callable[[], bytes], str | None]


def rendered(picture: Callable[[], Image]) -> Callable[[], bytes]:
    return lambda: encoded(picture())


RENDERED: list[Case] = [
    ("ann", "ann", rendered(lambda: portrait(LIGHT)), None),
    ("ben", "ben", rendered(lambda: portrait(FRONT)), None),
    ("cleo, very dark skin", "cleo", rendered(lambda: portrait(DARK)), None),
    ("ann from the right", "ann", rendered(lambda: portrait(LIGHT, 22)), None),
    ("ann from the left", "ann", rendered(lambda: portrait(LIGHT, -22)), None),
    ("ann smaller", "ann", rendered(lambda: scaled(0.7)(portrait(LIGHT))), None),
    ("ann a little dark", "ann", rendered(lambda: lit(0.6)(portrait(LIGHT))), None),
    ("ann, somebody far behind", "ann", rendered(one_far_behind), None),
    ("an empty room", "ann", rendered(empty_room), "no_face"),
    ("two people", "ann", rendered(two_people), "several_faces"),
    ("two people, one in profile", "ann", rendered(one_in_profile), "several_faces"),
    ("ann tiny", "ann", rendered(lambda: scaled(0.35)(portrait(LIGHT))), "too_small"),
    ("ann blurred", "ann", rendered(lambda: blurred(3.0)(portrait(LIGHT))), "blurred"),
    ("ann underexposed", "ann", rendered(lambda: lit(0.15)(portrait(LIGHT))), "underexposed"),
    ("ann overexposed", "ann", rendered(lambda: lit(3.0)(portrait(LIGHT))), "overexposed"),
    ("ann in profile", "ann", rendered(lambda: portrait(LIGHT, 75)), "turned_away"),
    ("ann from behind", "ann", rendered(lambda: portrait(LIGHT, 180)), "turned_away"),
    ("half of ann", "ann", rendered(cut(LIGHT, left=470)), "cut_by_border"),
    ("a stranger", "ann", rendered(lambda: portrait(5)), "unlike_own"),
    ("ben from the right", "ann", rendered(lambda: portrait(FRONT, 22)), "like_other"),
]


def photographed(name: str, change: Callable[[Image], Image] | None = None) -> Callable[[], bytes]:
    def read() -> bytes:
        data = (IMAGES / "faces" / name).read_bytes()
        return data if change is None else encoded(change(decode_image(data)))

    return read


OBAMA, ROSE = "knn_train_obama_obama.jpg", "knn_train_rose_leslie_img1.jpg"
BIDEN, KIT = "knn_train_biden_biden2.jpg", "knn_train_kit_harington_john1.jpeg"
REAL: list[Case] = [
    ("obama", "obama", photographed(OBAMA), None),
    ("biden", "biden", photographed(BIDEN), None),
    ("kit", "kit", photographed(KIT), None),
    ("rose", "rose", photographed(ROSE), None),
    ("obama again", "obama", photographed("knn_train_obama_obama2.jpg"), None),
    ("biden again", "biden", photographed("biden.jpg"), None),
    ("kit again", "kit", photographed("knn_train_kit_harington_john2.jpeg"), None),
    ("rose again", "rose", photographed("knn_train_rose_leslie_img2.jpg"), None),
    ("a room", "obama", lambda: min((IMAGES / "no_people").iterdir()).read_bytes(), "no_face"),
    ("rose and kit", "rose", photographed("knn_test_kit_with_rose.jpg"), "several_faces"),
    ("obama and biden", "biden", photographed("two_people.jpg"), "several_faces"),
    ("half of obama", "obama", photographed("test_obama_partial_face.jpg"), "cut_by_border"),
    ("kit tiny", "kit", photographed(KIT, scaled(0.35)), "too_small"),
    ("obama blurred", "obama", photographed(OBAMA, blurred(7.0)), "blurred"),
    ("rose blurred", "rose", photographed(ROSE, blurred(8.0)), "blurred"),
    ("biden underexposed", "biden", photographed(BIDEN, lit(0.15)), "underexposed"),
    ("kit overexposed", "kit", photographed(KIT, lit(3.0)), "overexposed"),
    ("a stranger", "kit", photographed("alex-lacamoire.png"), "unlike_own"),
    ("another stranger", "rose", photographed("lin-manuel-miranda.png"), "unlike_own"),
    ("biden once more", "obama", photographed("biden.jpg"), "like_other"),
]
# Those the later ones are compared with.
FIRST = 4


def judged(running: Running, cases: Sequence[Case]) -> dict[str, str | None]:
    """Enrol all; show the table; return the reason of each refusal, None of what was taken."""
    taken = [
        Taken(person_id, f"{number:02}", picture())
        for number, (_, person_id, picture, _) in enumerate(cases, start=1)
    ]
    reports = enrol(running.deployment, taken[:FIRST])
    reports += enrol(running.deployment, taken[FIRST:], at_once=8)
    table = Table("photograph", "as", "result", "reason", "in words")
    for (what, person_id, _, _), report in zip(cases, reports, strict=True):
        words = (report["status"], report["reason"] or "", report["text"] or "")
        table.add_row(what, person_id, *words)
    Console(width=150).print(table)
    assert all((report["status"] == "enrolled") == (report["reason"] is None) for report in reports)
    return {case[0]: report["reason"] for case, report in zip(cases, reports, strict=True)}


@pytest.fixture
def demo(deploy: Deploy) -> Iterator[Running]:
    running = deploy({**SETTINGS, "model_set": "demo"}, MANIFEST)
    yield running
    empty_buckets(running.deployment, lambda _bucket, _count: None)


@pytest.fixture
def omz(deploy: Deploy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    if not SHARED.is_dir():
        pytest.skip(ABSENT)
    manifest = assemble_networks(tmp_path_factory.mktemp("omz"))
    running = deploy({**SETTINGS, "model_set": REAL_SET}, manifest)
    yield running
    empty_buckets(running.deployment, lambda _bucket, _count: None)


def test_rendered_photographs(demo: Running) -> None:
    assert len(RENDERED) == 20
    assert judged(demo, RENDERED) == {what: reason for what, _, _, reason in RENDERED}


def test_real_photographs(omz: Running) -> None:
    assert len(REAL) == 20
    assert judged(omz, REAL) == {what: reason for what, _, _, reason in REAL}
