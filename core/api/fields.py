"""Fields that accept exactly the JSON type of the contract: no number as text, no ``"true"`` as boolean."""

import math
from datetime import UTC
from typing import Any

from rest_framework import serializers

from core import texts


class Text(serializers.CharField):
    """A JSON string not written by a person, such as a token or an address; surrounding whitespace is stripped."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Line(Text):
    """Text of a person on one line, cleaned by ``core.texts``; its length is checked after that."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        if not options.get("allow_blank"):
            options.setdefault("min_length", 1)
        super().__init__(max_length=max_length, **options)

    def to_internal_value(self, data: Any) -> str:
        assert self.max_length is not None
        text = super().to_internal_value(data)
        if len(text) > texts.most_raw(self.max_length):
            self.fail("max_length", max_length=self.max_length)
        cleaned = self.clean(text)
        if not (cleaned or self.allow_blank):
            self.fail("blank")
        return cleaned

    def clean(self, text: str) -> str:
        return texts.clean_line(text)


class Paragraphs(Line):
    """Text of a person on one or several lines."""

    def clean(self, text: str) -> str:
        assert self.max_length is not None
        return texts.clean_text(text, most_breaks=texts.most_breaks(self.max_length))


class Flag(serializers.BooleanField):
    """``true`` or ``false``."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Whole(serializers.IntegerField):
    """A JSON integer."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class Number(serializers.FloatField):
    """A JSON number."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, (int, float)):
            self.fail("invalid")
        try:
            value = float(data)
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            self.fail("invalid")
        return value


class Identifier(serializers.UUIDField):
    """A UUID in its usual written form."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or len(data) != 36:
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class Choice(serializers.ChoiceField):
    """One of the listed words, as a JSON string."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """RFC 3339; answered in UTC with ``Z``, whatever the time zone of the reader's pages. Without an offset it is read
    as UTC.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str):
            self.fail("invalid", format="RFC 3339, such as 2030-01-31T18:00:00Z")
        return super().to_internal_value(value)
