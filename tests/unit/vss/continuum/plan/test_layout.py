"""Columns, rows and arrows of a workflow's picture."""

from tests.fdl_documents import loaded, services
from vss.continuum.fdl.graph import FunctionNode
from vss.continuum.fdl.models import StoragePath
from vss.continuum.plan.layout import Layout, layout

Flow = tuple[str, str, list[str], list[str]]


def laid_out(*flows: Flow, extra: str = "") -> Layout:
    found = loaded(services(*flows) + extra)
    return layout(found.graph, found.workflow.storage_providers)


def name(plan: Layout, index: int) -> str:
    part = plan.parts[index]
    if isinstance(part, FunctionNode):
        return part.name
    return part.path if isinstance(part, StoragePath) else "·"


def columns(plan: Layout) -> list[list[str]]:
    return [[name(plan, index) for index in column] for column in plan.columns]


def arrows(plan: Layout) -> set[str]:
    return {
        ("~" if arrow.is_nested else "") + " ".join(name(plan, index) for index in arrow.way)
        for arrow in plan.arrows
    }


A: Flow = ("local", "a", ["s3 aaa/x"], ["s3 bbb/x"])
B: Flow = ("local", "b", ["s3 bbb/x"], ["s3 ccc/x"])


def test_storage_and_functions_take_turns() -> None:
    plan = laid_out(A, B)
    assert columns(plan) == [["aaa/x"], ["a"], ["bbb/x"], ["b"], ["ccc/x"]]
    assert arrows(plan) == {"aaa/x a", "a bbb/x", "bbb/x b", "b ccc/x"}


def test_storage_of_several_producers_is_drawn_once() -> None:
    plan = laid_out(A, ("local", "c", ["s3 ddd/x"], ["s3.mine bbb/x"]), B)
    assert columns(plan)[2] == ["bbb/x"]
    assert {"a bbb/x", "c bbb/x"} <= arrows(plan)


def test_the_same_path_on_two_servers_is_drawn_twice() -> None:
    server = "{{endpoint: 'https://{0}', access_key: env:A, secret_key: env:B}}"
    servers = f"a: {server.format('a')}, b: {server.format('b')}"
    plan = laid_out(
        ("local", "a", ["s3 aaa/x"], ["minio.a bbb/x", "minio.b bbb/x"]),
        extra=f"\nstorage_providers: {{minio: {{{servers}}}}}",
    )
    assert columns(plan)[2] == ["bbb/x", "bbb/x"]


def test_an_arrow_that_skips_columns_has_room_in_them() -> None:
    c: Flow = ("local", "c", ["s3 ccc/x", "s3 bbb/x"], ["s3 ddd/x"])
    plan = laid_out(A, B, c)
    assert columns(plan)[3:5] == [["b", "·"], ["ccc/x", "·"]]
    assert "bbb/x · · c" in arrows(plan)


def test_a_folder_that_is_read_from_above_has_an_arrow_of_its_own() -> None:
    plan = laid_out(("local", "a", ["s3 aaa/x"], ["s3 bbb/x/deep"]), B)
    assert {"~bbb/x/deep b", "bbb/x b"} <= arrows(plan)
    assert sorted(columns(plan)[2]) == ["bbb/x", "bbb/x/deep"]


def test_rows_follow_what_leads_to_them() -> None:
    plan = laid_out(
        ("local", "a", ["s3 aaa/x"], ["s3 zzz/x"]),
        ("local", "b", ["s3 bbb/x"], ["s3 yyy/x"]),
        ("local", "c", ["s3 yyy/x"], ["s3 ccc/x"]),
        ("local", "d", ["s3 zzz/x"], ["s3 ddd/x"]),
    )
    assert columns(plan)[1:4] == [["a", "b"], ["zzz/x", "yyy/x"], ["d", "c"]]
