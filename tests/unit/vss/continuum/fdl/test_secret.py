"""Where secrets are kept, and which variables hold one."""

import pytest
from pydantic import SecretStr

from vss.continuum.fdl.secret import (
    SecretReference,
    SecretStore,
    is_clear_text,
    names_a_secret,
    secret_reference,
)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("env:KEY", SecretReference(SecretStore.ENVIRONMENT, "KEY")),
        ("file:/run/secrets/key", SecretReference(SecretStore.FILE, "/run/secrets/key")),
        ("hunter2", None),
        ("env:", None),
        ("vault:key", None),
        ("", None),
    ],
)
def test_a_reference_says_where_the_secret_is(text: str, reference: SecretReference | None) -> None:
    assert secret_reference(SecretStr(text)) == reference
    assert is_clear_text(SecretStr(text)) is (bool(text) and reference is None)


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        ("AWS_SECRET_ACCESS_KEY", True),
        ("AWS_ACCESS_KEY_ID", True),
        ("DB_PASSWORD", True),
        ("password", True),
        ("apiToken", True),
        ("api-key", True),
        ("PRIVATE_KEY", True),
        ("CREDENTIALS", True),
        ("secrets", True),
        ("AWS_DEFAULT_REGION", False),
        ("MAX_TOKENS", False),
        ("TOKENIZERS_PARALLELISM", False),
        ("KEYBOARD", False),
        ("MONKEY", False),
        ("", False),
    ],
)
def test_a_variable_holds_a_secret_by_its_name(name: str, is_secret: bool) -> None:
    assert names_a_secret(name) is is_secret
