"""The values at the leaves of a document: what is accepted, and the JSON Schema that says so."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, ClassVar, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from taper import amount
from taper.amount import seen

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100
END: Final = r"$(?!\n)"
"""The end of a text in a pattern of JSON Schema; some readers let `$` pass a line break."""


class Leaf(ABC):
    """A kind of value. `check` returns the value or raises `ValueError` with what is accepted."""

    @abstractmethod
    def check(self, value: object) -> object:
        """Return the value that a document's text or number stands for."""

    def printed(self, value: Any) -> object:
        """Return what stands in a document for the value."""
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.check,
            serialization=core_schema.plain_serializer_function_ser_schema(self.printed),
        )


class Published(Leaf):
    """A kind of value that a plan may have, so that its published JSON Schema tells of it."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Say the same as `check` in JSON Schema."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return self.schema()


@dataclass(frozen=True)
class Quantity(Published):
    """A number in plain digits: 0 or more (or over 0), at most `most` (or under `below`)."""

    over_zero: bool = True
    most: int = amount.LARGEST
    below: int | None = None

    def check(self, value: object) -> Fraction:
        if not isinstance(value, str):
            raise ValueError(f'must be text in quotes such as "0.5", got {seen(value)}')
        number = amount.parse(value)
        high = number > self.most if self.below is None else number >= self.below
        if high or (self.over_zero and not number):
            low = "over 0" if self.over_zero else "0 or more"
            top = f"at most {self.most}" if self.below is None else f"under {self.below}"
            raise ValueError(f"must be {low} and {top}, got {seen(value)}")
        return number

    def printed(self, value: Fraction) -> str:
        return amount.plain(value)

    def schema(self) -> dict[str, Any]:
        part = r"(\.[0-9]{1,4})?"
        digits = len(str(self.below or self.most)) - 2
        numbers = rf"(0|[1-9][0-9]{{0,{digits}}}){part}"
        if self.below is None:
            numbers = rf"({numbers}|{self.most}(\.0{{1,4}})?)"
        over = rf"(?!0(\.0{{1,4}})?{END})" if self.over_zero else ""
        return {"type": "string", "pattern": f"^{over}{numbers}{END}"}


@dataclass(frozen=True)
class Whole(Published):
    """A JSON integer in a range."""

    least: int
    most: int
    unit: str = ""

    def check(self, value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            if self.least <= value <= self.most:
                return value
            whole = ""
        else:
            whole = ", a whole number without quotes"
        raise ValueError(
            f"must be {self.least} to {self.most}{self.unit}{whole}, got {seen(value)}"
        )

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


_HIDDEN: Final = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u2800\u3164\ufe00-\ufe0f\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff"
)
"""Characters that nobody sees: with one of them two names would look the same."""


@dataclass(frozen=True)
class Text(Published):
    """Text without control and bidirectional-override characters; one line unless `breaks`.

    A name has no character that nobody sees.
    """

    most: int | None = None
    name: bool = False
    breaks: bool = False

    @property
    def _unseen(self) -> str:
        breaks = r"\u0000-\u0009\u000b\u000c\u000e-\u001f" if self.breaks else r"\u0000-\u001f"
        lines = "" if self.breaks else r"\u2028\u2029"
        hidden = _HIDDEN if self.name else r"\u202a-\u202e\u2066-\u2069"
        return rf"{breaks}\u007f-\u009f{lines}{hidden}\ufeff\ufffe\uffff"

    def check(self, value: object) -> str:
        if not isinstance(value, str):
            raise ValueError(f"must be text, got {seen(value)}")
        found = re.search(rf"[{self._unseen}\ud800-\udfff]", value)
        if found:
            raise ValueError(f"the character U+{ord(found.group()):04X} is not allowed")
        if self.name and not value.strip():
            raise ValueError(f"a name is needed, got {seen(value)}")
        if self.name and value != value.strip():
            raise ValueError(f"must not start or end with a space, got {seen(value)}")
        if self.most is not None and len(value) > self.most:
            raise ValueError(f"must be at most {self.most} characters, got {len(value)}")
        return value

    def schema(self) -> dict[str, Any]:
        signs = f"[^{self._unseen}]*"
        schema: dict[str, Any] = {"type": "string", "pattern": f"^{signs}{END}"}
        if self.name:
            schema["pattern"] = rf"^(?!\s)(?=.){signs}(?<!\s){END}"
        if self.most is not None:
            schema["maxLength"] = self.most
        return schema


@dataclass(frozen=True)
class Day(Published):
    """A calendar date written YYYY-MM-DD."""

    def check(self, value: object) -> date:
        text = value if isinstance(value, str) else ""
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(f"must be a date written YYYY-MM-DD, got {seen(value)}")
        if not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
            raise ValueError(f"must be from {FIRST_YEAR} to {LAST_YEAR}, got {seen(value)}")
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"there is no such day, got {seen(value)}") from None

    def printed(self, value: date) -> str:
        return value.isoformat()

    def schema(self) -> dict[str, Any]:
        pattern = rf"^(20[0-9]{{2}}|2100)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]){END}"
        return {"type": "string", "format": "date", "pattern": pattern}


@dataclass(frozen=True)
class Moment(Leaf):
    """A date and time with its distance from UTC, such as 2027-01-04T14:03:00+01:00."""

    _FORM: ClassVar[str] = (
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}"
    )

    def check(self, value: object) -> datetime:
        text = value if isinstance(value, str) else ""
        try:
            if re.fullmatch(self._FORM, text):
                return datetime.fromisoformat(text)
        except ValueError:
            pass
        raise ValueError(f"must be a time such as 2027-01-04T14:03:00+00:00, got {seen(value)}")

    def printed(self, value: datetime) -> str:
        return value.isoformat(timespec="seconds")


@dataclass(frozen=True)
class Word(Published):
    """One of a few words."""

    words: tuple[str, ...]

    def check(self, value: object) -> str:
        if isinstance(value, str) and value in self.words:
            return value
        raise ValueError(f"must be {one_of(self.words)}, got {seen(value)}")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.words)}


@dataclass(frozen=True)
class Fingerprint(Published):
    """The SHA-256 of another plan, in 64 hexadecimal digits."""

    def check(self, value: object) -> str:
        if isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value):
            return value
        raise ValueError(
            f"must be a plan's fingerprint, 64 signs of 0-9 and a-f, got {seen(value)}"
        )

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^[0-9a-f]{{64}}{END}"}


def one_of(words: Sequence[str]) -> str:
    """List words that are alternatives: "nearest, down or up"."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
