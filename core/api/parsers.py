"""Parsers of request bodies: JSON, bounded, no NaN, an object at the top level; and uploads of one file."""

import json
from collections.abc import Mapping
from typing import IO, Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import BaseParser, MultiPartParser

from core.errors import Problem, Sentence, Unreadable


class BodyTooLarge(Problem):
    """The body has more bytes than the operation accepts."""

    status = 413
    code = "body_too_large"
    sentence = _("The request body is too large: JSON may have 64 KiB.")


class UnsupportedType(Problem):
    """The operation does not accept this content type."""

    status = 415
    code = "unsupported_media_type"
    sentence = _("Send JSON with Content-Type: application/json.")


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _is_storable(value: Any) -> bool:
    """Whether every string in ``value`` is text that UTF-8 and PostgreSQL can hold."""
    match value:
        case str():
            return "\0" not in value and value.encode(errors="replace").count(b"?") == value.count("?")
        case dict():
            return all(_is_storable(key) and _is_storable(item) for key, item in value.items())
        case list():
            return all(_is_storable(item) for item in value)
    return True


class StrictJSONParser(BaseParser):
    """``application/json`` → a dict; an empty body is an empty dict."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        view = (parser_context or {}).get("view")
        limit: int = getattr(view, "body_limit", None) or settings.JSON_BODY_LIMIT
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise BodyTooLarge
        if not raw.strip():
            return {}
        try:
            body = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
            storable = _is_storable(body)
        except (ValueError, RecursionError):
            raise Unreadable from None
        if not isinstance(body, dict):
            raise Unreadable(_("The request body must be a JSON object, such as {}."))
        if not storable:
            raise Unreadable(_("No field accepts a null character or an unpaired surrogate; the request body has one."))
        return body


class UploadParser(MultiPartParser):
    """``multipart/form-data``, with its size checked before it is read; a subclass says the largest file, and what a
    larger one is told."""

    max_bytes: ClassVar[int]
    too_large: ClassVar[Sentence]
    _REST_OF_BODY = 64 * 1024

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        length = str((parser_context or {})["request"].META.get("CONTENT_LENGTH") or 0)
        if not length.isdecimal() or int(length) > self.max_bytes + self._REST_OF_BODY:
            raise BodyTooLarge(self.too_large)
        return super().parse(stream, media_type, parser_context)
