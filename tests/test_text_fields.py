"""Whoever adds a field of a request or a form decides whether it holds words of people."""

from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.contrib import admin
from django.urls import get_resolver
from rest_framework import serializers

from accounts.models import User
from core.api.fields import Line, Text
from core.forms import LineField

# The guards: whoever adds a field decides whether it holds words of people.

#: Texts in requests that are no person's words.
NO_WORDS = {
    "AddToStageRequest.participant_identity",
    "AddTrackRequest.language",
    "CreateCaptionRequest.language",
    "CreatePresetRequest.logo",
    "CreatePresetRequest.logo_destination_url",
    "CreatePresetRequest.primary_color",
    "DeviceLoginRequest.device_token",
    "ExchangeAuthCodeRequest.code",
    "GoogleTagManager.container_id",
    "JoinSessionRequest.connection_id",
    "LiveKitEvent.event",
    "LiveKitEvent.id",
    "LoginRequest.password",
    "LogoutRequest.refresh_token",
    "RaiseHandRequest.participant_identity",
    "RefreshTokenRequest.refresh_token",
    "RemoveFromStageRequest.participant_identity",
    "StageLayoutRequest.spotlight_identity",
    "UpdatePresetRequest.logo",
    "UpdatePresetRequest.logo_destination_url",
    "UpdateRoomRequest.thank_you_link_url",
    "UpdatePresetRequest.primary_color",
}


def _requests():
    """The serializers of every operation's body, with what is nested in them."""
    found = {}
    for view in _views(get_resolver().url_patterns):
        for action in view.actions.values():
            body = getattr(getattr(view.cls, action), "body", None)
            if body is not None:
                found[body.__name__] = body()
    return found


def _views(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _views(pattern.url_patterns)
        elif hasattr(pattern.callback, "actions"):
            yield pattern.callback


def _texts(owner, field):
    if isinstance(field, serializers.BaseSerializer) and hasattr(field, "fields"):
        for name, inner in field.fields.items():
            yield from _texts(f"{type(field).__name__}.{name}", inner)
    elif isinstance(field, serializers.ListField):
        yield from _texts(owner, field.child)
    elif isinstance(field, Line) or type(field) in {serializers.CharField, Text}:
        yield owner, field


def test_every_text_in_a_request_is_words_of_people_or_named_as_something_else():
    found = dict(pair for request in _requests().values() for pair in _texts("", request))
    assert len(found) > 30
    others = {name for name, field in found.items() if not isinstance(field, Line)}
    assert others == NO_WORDS


#: Fields of the pages' and the admin's forms that are no person's words.
NO_WORDS_IN_FORMS = {
    "EmailForm.password",
    "NewUserForm.password1",
    "NewUserForm.password2",
    "PresetForm.primary_color",
    "ResetKeyForm.key",
    "ResetKeyForm.uidb36",
    "RoomForm.analytics_container_id",
    "RoomForm.thank_you_link_url",
    "SeriesForm.confirmed",
    "SeriesForm.dates",
    "StaffSignInForm.password",
    "TrackForm.language",
    "UserForm.external_user_id",
    "UserForm.browser_zone",
    "UserForm.time_zone",
    "ZonedForm.time_zone",
}


def _own_forms():
    """Every form that the product writes, and those that the admin makes of rows that may be changed there."""
    get_resolver().url_patterns  # noqa: B018 — loads the modules
    request = SimpleNamespace(user=User(is_superuser=True, is_staff=True), GET={})
    for model, pages in admin.site._registry.items():
        if _is_own(model) and pages.has_change_permission(request):
            yield pages.get_form(request, model(), change=True)
            if pages.has_add_permission(request):
                yield pages.get_form(request, None, change=False)
    yield from filter(_is_own, _below(forms.BaseForm))


def _is_own(kind):
    return (settings.BASE_DIR / kind.__module__.partition(".")[0]).is_dir()


def _below(kind):
    for below in kind.__subclasses__():
        yield below
        yield from _below(below)


def test_every_text_in_a_form_is_words_of_people_or_named_as_something_else():
    found = {}
    for form in _own_forms():
        own = [kind for kind in form.__mro__ if _is_own(kind)] or [form]
        for name, field in form.base_fields.items():
            owner = next(kind for kind in reversed(own) if name in getattr(kind, "base_fields", {}))
            found[f"{owner.__name__}.{name}"] = type(field)
    assert sum(issubclass(kind, LineField) for kind in found.values()) > 12
    others = {name for name, kind in found.items() if kind in {forms.CharField, forms.JSONField}}
    assert others == NO_WORDS_IN_FORMS
