"""Columns that hold words of people: every form that is made from a model, the admin's too, cleans what goes in.

In the database and in migrations they are Django's own fields.
"""

from typing import Any

from django.db import models
from django.forms import Textarea

from core import forms


class LineField(models.CharField):
    """A person's words on one line."""

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{**options, "form_class": forms.LineField})

    def deconstruct(self) -> Any:
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.CharField", arguments, options


class ShortParagraphsField(models.CharField):
    """A person's words on one or several lines, few enough for a column of bounded length."""

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{**options, "form_class": forms.ParagraphsField, "widget": Textarea})

    def deconstruct(self) -> Any:
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.CharField", arguments, options


class ParagraphsField(models.TextField):
    """A person's words on one or several lines; forms take at most ``max_length`` characters."""

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{**options, "form_class": forms.ParagraphsField})

    def deconstruct(self) -> Any:
        name, _path, arguments, options = super().deconstruct()
        options.pop("max_length", None)
        return name, "django.db.models.TextField", arguments, options
