"""What all parts of an FDL file share: how a map is read and how a rule says what it allows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

T = TypeVar("T")
NOT_ALLOWED = "not_allowed"


def not_allowed(allowed: str) -> PydanticCustomError:
    """Return the error for a value that is not as it must be; ``allowed`` is in words."""
    return PydanticCustomError(NOT_ALLOWED, "allowed: {allowed}", {"allowed": allowed})


class FdlModel(BaseModel):
    """A map of an FDL file: unknown keys are refused, values keep their type, null is ignored.

    Values are never shown in errors of pydantic, since they may be secrets.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, hide_input_in_errors=True, validate_default=False
    )

    @model_validator(mode="before")
    @classmethod
    def _ignore_nulls(cls, value: Any) -> Any:
        return without_nulls(value)


def without_nulls(value: Any) -> Any:
    """Return a map without the keys that hold null; anything else as it is."""
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if item is not None}
    return value


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


# A list in YAML, never changed after.
Many = Annotated[tuple[T, ...], BeforeValidator(_as_tuple)]
# The value of a variable or label: numbers and booleans count as they are written.
Text = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean", "null"]})]
TextMap = Annotated[dict[str, Text], BeforeValidator(without_nulls)]


def any_case(word: str) -> str:
    """Return the pattern that matches a word in lower or upper case."""
    return "".join(
        f"[{letter.lower()}{letter.upper()}]" if letter.isalpha() else letter for letter in word
    )


@dataclass(frozen=True, slots=True)
class AnyCase:
    """One of a few words, which files write in lower or upper case; brought into its own."""

    words: tuple[str, ...]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        spelling = {word.lower(): word for word in self.words}

        def spell(value: Any) -> Any:
            return spelling.get(value.lower(), value) if isinstance(value, str) else value

        return core_schema.no_info_before_validator_function(spell, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        pattern = f"^(?:{'|'.join(map(any_case, self.words))})$"
        return {"anyOf": [{"enum": list(self.words)}, {"type": "string", "pattern": pattern}]}


@dataclass(frozen=True, slots=True)
class Matching:
    """A text must match ``pattern`` as a whole; ``allowed`` says in words what does."""

    pattern: str
    allowed: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        compiled = re.compile(self.pattern)

        def check(value: str) -> str:
            if compiled.fullmatch(value) is None:
                raise not_allowed(self.allowed)
            return value

        return core_schema.no_info_after_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "pattern": f"^(?:{self.pattern})$"}


@dataclass(frozen=True, slots=True)
class Between:
    """A whole number must lie from ``low`` to ``high``, both included; ``unit`` is for the eye."""

    low: int
    high: int
    unit: str = ""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        words = f"a whole number from {self.low} to {self.high} {self.unit}".rstrip()

        def check(value: int) -> int:
            if not self.low <= value <= self.high:
                raise not_allowed(words)
            return value

        return core_schema.no_info_after_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "minimum": self.low, "maximum": self.high}


# What prints as it is: no control characters, none that turn the direction of writing.
Line = Annotated[
    str,
    Matching(
        r"[^\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]{1,1024}",
        "1 to 1024 printable characters",
    ),
]


def one_spelling(value: Any, older: str, newer: str) -> Any:
    """Rename the older spelling of a key, where a map has it, to the newer one."""
    if not isinstance(value, dict) or value.get(older) is None:
        return value
    if value.get(newer) is not None:
        raise not_allowed(f"{newer} or its other spelling {older}, not both")
    return {key: item for key, item in value.items() if key != older} | {newer: value[older]}


def other_spelling(**newer_by_older: str) -> Callable[[JsonSchemaValue], None]:
    """Return what adds older spellings of keys to the JSON Schema of a map."""

    def add(schema: JsonSchemaValue) -> None:
        for older, newer in newer_by_older.items():
            schema["properties"][older] = {**schema["properties"][newer], "deprecated": True}

    return add
