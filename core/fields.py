"""Columns for text written by people: every form made from a model, including the admin's, cleans its input.

In the database and in migrations they are plain Django fields.
"""

from typing import Any

from django.db import models
from django.forms import Textarea

from core import forms


class LineField(models.CharField):
    """Text of a person on one line."""

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{**options, "form_class": forms.LineField})

    def deconstruct(self) -> Any:
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.CharField", arguments, options


class ShortParagraphsField(models.CharField):
    """Text of a person on one or several lines, short enough for a column of bounded length."""

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{**options, "form_class": forms.ParagraphsField, "widget": Textarea})

    def deconstruct(self) -> Any:
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.CharField", arguments, options


class ParagraphsField(models.TextField):
    """Text of a person on one or several lines; forms accept at most ``max_length`` characters."""

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{**options, "form_class": forms.ParagraphsField})

    def deconstruct(self) -> Any:
        name, _path, arguments, options = super().deconstruct()
        options.pop("max_length", None)
        return name, "django.db.models.TextField", arguments, options
