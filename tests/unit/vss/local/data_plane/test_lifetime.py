"""The data plane ends when it is told to, and when nobody is left to work for."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from vss.local.data_plane.lifetime import MISSES, accepts_connections, wait_for_end


def looks(*answers: bool) -> Callable[[], bool]:
    remaining: Iterator[bool] = iter(answers)
    return lambda: next(remaining)


def test_it_ends_when_told() -> None:
    ending = threading.Event()
    ending.set()
    assert wait_for_end(ending, looks())


@pytest.mark.parametrize(
    "answers",
    [
        [False] * MISSES,
        [True, True, *[False] * MISSES],
        [*[False] * (MISSES - 1), True, *[False] * MISSES],
    ],
    ids=["gone at once", "gone later", "restarted, then gone"],
)
def test_it_ends_when_the_local_aws_stays_away(answers: list[bool]) -> None:
    asked = looks(*answers)
    assert not wait_for_end(threading.Event(), asked, pause_s=0)
    with pytest.raises(StopIteration):
        asked()


def test_a_listener_is_told_from_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert accepts_connections(f"http://127.0.0.1:{port}")
    assert not accepts_connections(f"http://127.0.0.1:{port}")
