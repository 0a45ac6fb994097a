"""Captions on the wire."""

from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.fields import Line, Moment, Text

#: The usual shapes of BCP 47 (RFC 5646): language, script, region, variants; `x-…` for private use.
_TAG = (
    r"^[A-Za-z]{2,8}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?"
    r"(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(-x(-[A-Za-z0-9]{1,8})+)?\Z"
)


class CreateCaptionRequest(serializers.Serializer[Any]):
    """One line: what was said, in which language, and when."""

    text = Line(max_length=500)
    language = Text(
        required=False,
        max_length=35,
        validators=[RegexValidator(_TAG, _("Send a language tag such as en, pt-BR or zh-Hant."), "invalid_language")],
        help_text="BCP 47, such as en, pt-BR or zh-Hant; und when left out.",
    )
    at = Moment(required=False, help_text="When it was said; now when left out.")
