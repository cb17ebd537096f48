from __future__ import annotations

import pytest
from business_logic.photograph_keys import PhotographKey


def test_a_key_says_whose_photograph_it_is_and_where_the_rest_goes() -> None:
    key = PhotographKey.parse("photos/staff-17/front view.jpg")
    assert key == PhotographKey("staff-17", "front view.jpg")
    assert str(key) == "photos/staff-17/front view.jpg"
    assert key.template == "templates/staff-17/front view.jpg.json"
    assert key.report == "reports/staff-17/front view.jpg.json"


@pytest.mark.parametrize(
    "key",
    [
        "photos/staff-17/",
        "photos/staff-17",
        "photos//a.jpg",
        "photos/../a.jpg",
        "photos/-x/a.jpg",
        "photos/a b/a.jpg",
        "photos/a/b/c.jpg",
        f"photos/{'a' * 65}/a.jpg",
        "index/gallery",
        "photo/a/a.jpg",
    ],
)
def test_what_is_no_photograph_has_no_place(key: str) -> None:
    assert PhotographKey.parse(key) is None
