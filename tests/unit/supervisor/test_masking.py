"""No secret gets into a log line, however the stream is cut."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from supervisor.masking import LineStream, SecretMask

SECRETS = ["abcd1234", "abcd", "line one\nline two of a key\n", "dd"]


def lines_of(chunks: list[bytes], secrets: list[str]) -> list[str]:
    found: list[str] = []
    stream = LineStream(SecretMask(secrets), found.append)
    for chunk in chunks:
        stream.feed(chunk)
    stream.end()
    return found


def test_the_longest_secret_is_masked_first_and_short_ones_never() -> None:
    mask = SecretMask(SECRETS)
    assert mask("x abcd1234 abcd line two of a key dd") == "x *** *** *** dd"


def test_lines_are_complete_whatever_the_blocks() -> None:
    content = "eins\r\nzwei ü\n\nabcd1234".encode()
    for size in (1, 2, 3, 7, 100):
        chunks = [content[i : i + size] for i in range(0, len(content), size)]
        assert lines_of(chunks, SECRETS) == ["eins", "zwei ü", "", "***"]


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert lines_of([b"a\xff\xfeb\n"], []) == ["a\ufffd\ufffdb"]


def test_an_endless_line_is_cut_without_letting_a_secret_through() -> None:
    secret = "S" * 40
    # Blocks of 1,000 bytes: the line is cut when 17,000 have come.
    for offset in (16_380, *range(16_950, 17_010, 7)):
        content = b"x" * offset + secret.encode() + b"y" * 20_000
        chunks = [content[i : i + 1000] for i in range(0, len(content), 1000)]
        found = lines_of(chunks, [secret])
        assert "".join(found) == "x" * offset + "***" + "y" * 20_000
        assert max(map(len, found)) <= 16_384


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from([b"to", b"token-1", b"ken-1", b"\n", b" ", b"\xc3", b"-"]), max_size=40
    )
)
def test_no_secret_survives(chunks: list[bytes]) -> None:
    assert not [line for line in lines_of(chunks, ["token-1"]) if "token-1" in line]
