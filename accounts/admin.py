"""Accounts in the admin: people and their credentials. No secret and no hash is ever shown."""

from typing import Any, cast
from uuid import UUID

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import credentials, services
from accounts.changes import rights_changed
from accounts.models import AuthCode, Device, DeviceToken, DeviceUse, RefreshToken, User
from accounts.names import renamed
from core.admin import ReadOnlyAdmin

# allauth's own table of addresses: nothing of ours reads it.
admin.site.unregister(EmailAddress)


def staff_of(request: HttpRequest) -> User:
    """Staff accounts."""
    return cast("User", request.user)


class FollowsPeople(admin.ModelAdmin):
    """After each change in the admin, the open connections of the affected people are checked again."""

    def people_of(self, obj: Any) -> set[UUID]:
        """The people whose rights depend on ``obj``."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = self.people_of(type(obj).objects.get(pk=obj.pk)) if change else set()
        super().save_model(request, obj, form, change)
        rights_changed(*before | self.people_of(obj))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        people = self.people_of(obj)
        super().delete_model(request, obj)
        rights_changed(*people)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        people = {user_id for obj in queryset for user_id in self.people_of(obj)}
        with transaction.atomic():
            super().delete_queryset(request, queryset)
            rights_changed(*people)


class NewUserForm(AdminUserCreationForm):
    """A member with e-mail, name and password; a place in an organization follows on the next page."""

    class Meta:
        model = User
        fields = ["email", "username", "role", "organization"]
        field_classes: dict[str, Any] = {}

    def clean_email(self) -> str:
        email = str(self.cleaned_data.get("email") or "").strip().lower()
        if not email:
            raise forms.ValidationError(_("A member signs in with an e-mail address."))
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("There is an account with this e-mail address already."))
        return email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        _require_organization(self, data)
        return data


def _require_organization(form: forms.BaseForm, data: dict[str, Any]) -> None:
    """Refuse a host without an organization: they could sign in but do nothing."""
    if data.get("role") == User.Role.HOST and "organization" in data and data["organization"] is None:
        form.add_error("organization", _("A host works in an organization: choose one, or make one first."))


class UserForm(UserChangeForm):
    """Keeps empty e-mail and external id as null, which is how guests and members without one are stored."""

    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, Any] = {}

    def clean_email(self) -> str | None:
        return str(self.cleaned_data.get("email") or "").strip().lower() or None

    def clean_external_user_id(self) -> str | None:
        return self.cleaned_data.get("external_user_id") or None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if {"role", "organization"} & set(self.changed_data):
            _require_organization(self, data)
        return data


@admin.register(User)
class UserAdmin(FollowsPeople, DjangoUserAdmin):
    """Members and guests."""

    form = UserForm
    add_form = NewUserForm
    list_display = ["username", "email", "role", "organization", "is_guest", "is_active", "is_staff", "created_at"]
    list_filter = ["role", "is_guest", "is_active", "is_staff"]
    list_select_related = ["organization"]
    search_fields = ["username", "email", "external_user_id", "id"]
    ordering = ["-created_at"]
    autocomplete_fields = ["organization"]
    readonly_fields = ["id", "is_guest", "created_at", "last_login"]
    filter_horizontal = ["groups", "user_permissions"]
    actions = ["sign_out_everywhere", "deactivate", "activate"]
    fieldsets = [
        (None, {"fields": ["id", "username", "email", "password"]}),
        (gettext_lazy("Place"), {"fields": ["organization", "role", "external_user_id", "time_zone", "is_guest"]}),
        (gettext_lazy("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (gettext_lazy("Dates"), {"fields": ["created_at", "last_login"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["email", "username", "role", "organization", "usable_password", "password1", "password2"],
            },
        )
    ]

    def people_of(self, obj: User) -> set[UUID]:
        return {obj.pk}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes accounts: what they did is kept. Accounts are deactivated instead."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff cannot change accounts with more rights than their own: by setting a password they could take them
        over.
        """
        may = super().has_change_permission(request, obj)
        return may and (obj is None or staff_of(request).is_superuser or not (obj.is_superuser or obj.is_staff))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Only superusers grant rights."""
        rights = [] if staff_of(request).is_superuser else ["is_staff", "is_superuser", "groups", "user_permissions"]
        return [*self.readonly_fields, *rights]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "username" in form.changed_data:
            renamed(obj, str(form.initial["username"]))
        if change and "is_active" in form.changed_data:
            services.set_active(user=obj, is_active=obj.is_active, by=staff_of(request))

    @admin.action(
        description=gettext_lazy("Deactivate: nothing opens the account any more, nothing is lost"),
        permissions=["change"],
    )
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set(request, queryset, is_active=False)

    @admin.action(description=gettext_lazy("Activate again"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set(request, queryset, is_active=True)

    def _set(self, request: HttpRequest, queryset: QuerySet[User], *, is_active: bool) -> None:
        changed = [user for user in self._changeable(request, queryset) if user.pk != staff_of(request).pk]
        for user in changed:
            services.set_active(user=user, is_active=is_active, by=staff_of(request))
        done = ngettext("%d account was changed.", "%d accounts were changed.", len(changed))
        self.message_user(request, done % len(changed), messages.SUCCESS)

    def _changeable(self, request: HttpRequest, queryset: QuerySet[User]) -> list[User]:
        return [user for user in queryset if self.has_change_permission(request, user)]

    @admin.action(description=gettext_lazy("Sign out everywhere (tokens, devices, browsers)"), permissions=["change"])
    def sign_out_everywhere(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        people = self._changeable(request, queryset)
        for user in people:
            credentials.revoke_all(user)
        done = ngettext("%d person was signed out everywhere.", "%d people were signed out everywhere.", len(people))
        self.message_user(request, done % len(people), messages.SUCCESS)


class RevocableAdmin(ReadOnlyAdmin):
    """Tokens: who holds them and when they expire. Staff can revoke them."""

    list_filter = [("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__email", "id"]
    date_hierarchy = "created_at"
    exclude = ["token_hash"]
    actions = ["revoke"]

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Allow revoking to whoever has the change permission, although nobody can change a token."""
        return request.user.has_perm(f"accounts.change_{self.opts.model_name}")

    @admin.action(description=gettext_lazy("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = services.revoke_tokens(queryset)
        done = ngettext("%d token was revoked.", "%d tokens were revoked.", count)
        self.message_user(request, done % count, messages.SUCCESS)


@admin.register(RefreshToken)
class RefreshTokenAdmin(RevocableAdmin):
    """Sign-ins of programs and pages."""

    list_display = ["user", "family", "session_id", "created_at", "expires_at", "spent_at", "revoked_at"]


@admin.register(DeviceToken)
class DeviceTokenAdmin(RevocableAdmin):
    """Browsers that open a guest account again."""

    list_display = ["user", "created_at", "expires_at", "replaced_at", "revoked_at"]


@admin.register(AuthCode)
class AuthCodeAdmin(ReadOnlyAdmin):
    """Codes that opened, or can still open, an account on another device."""

    list_display = ["user", "session_id", "created_at", "expires_at", "spent_at"]
    list_filter = [("spent_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__email", "session_id"]
    exclude = ["code_hash"]


@admin.register(Device)
class DeviceAdmin(ReadOnlyAdmin):
    """Browsers, identified by their cookie."""

    list_display = ["id", "created_at"]
    search_fields = ["id"]
    date_hierarchy = "created_at"


@admin.register(DeviceUse)
class DeviceUseAdmin(ReadOnlyAdmin):
    """Which accounts were used in which browser."""

    list_display = ["user", "device", "first_used_at"]
    search_fields = ["user__username", "user__email", "device__id"]
    list_select_related = ["user", "device"]
