from __future__ import annotations

import httpx
import pytest

from vss.models.http_transfer import redirect_problem


@pytest.mark.parametrize(
    ("origin", "target", "problem"),
    [
        ("https://a/x", "https://b/x", None),
        ("http://a/x", "https://b/x", None),
        ("http://a/x", "http://b/x", None),
        ("https://a/x", "http://a/x", "redirects from https to http, which is not followed"),
        (
            "https://a/x",
            "file:///x",
            "redirects to the scheme 'file', only http and https are followed",
        ),
    ],
)
def test_redirects_that_are_followed(origin, target, problem):
    assert redirect_problem(httpx.URL(origin), httpx.URL(target)) == problem
