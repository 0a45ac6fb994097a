"""Organizations in the admin: tenants, their libraries, members and keys. No secret and no hash is ever shown."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin import FollowsPeople, UserAdmin, staff_of
from accounts.changes import rights_changed
from accounts.models import User
from accounts.person import Scope
from core.admin import KeptAdmin
from organizations import services
from organizations.models import APIKey, Library, Membership, Organization


class FollowsPlaces(FollowsPeople):
    """Also watches memberships in the inline forms."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Membership:
            changed = [row for row, _fields in formset.changed_objects]
            rows = [*formset.new_objects, *changed, *formset.deleted_objects]
            rights_changed(*{row.user_id for row in rows})


class MembershipInline(admin.TabularInline):
    """A person's places in organizations, or an organization's people."""

    model = Membership
    extra = 0
    autocomplete_fields = ["user", "organization"]


class LibraryInline(admin.TabularInline):
    """The libraries of an organization; rooms and recordings hang on them."""

    model = Library
    extra = 0
    can_delete = False
    fields = ["name", "is_default", "attendance_retention_days"]


@admin.register(Organization)
class OrganizationAdmin(KeptAdmin, FollowsPlaces):
    """Tenants with their libraries and people."""

    list_display = ["name", "is_active", "created_at"]
    list_filter = ["is_active"]
    search_fields = ["name", "id"]
    readonly_fields = ["id", "is_active", "created_at"]
    inlines = [LibraryInline, MembershipInline]
    actions = ["deactivate", "activate"]

    @admin.action(
        description=gettext_lazy(
            "Deactivate: sign-ins and keys stop working, webinars cannot be reached, nothing is deleted"
        ),
        permissions=["change"],
    )
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Organization]) -> None:
        self._set(request, queryset, is_active=False)

    @admin.action(description=gettext_lazy("Activate again"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[Organization]) -> None:
        self._set(request, queryset, is_active=True)

    def _set(self, request: HttpRequest, queryset: QuerySet[Organization], *, is_active: bool) -> None:
        for organization in queryset:
            services.set_organization_active(organization=organization, is_active=is_active, by=staff_of(request))
        done = ngettext("%d organization was changed.", "%d organizations were changed.", len(queryset))
        self.message_user(request, done % len(queryset), messages.SUCCESS)

    def people_of(self, obj: Organization) -> set[UUID]:
        return set(obj.memberships.values_list("user", flat=True))


@admin.register(Library)
class LibraryAdmin(KeptAdmin):
    """Libraries; each organization has one default."""

    list_display = ["name", "organization", "is_default", "attendance_retention_days", "created_at"]
    list_filter = ["is_default"]
    list_select_related = ["organization"]
    search_fields = ["name", "organization__name", "id"]
    autocomplete_fields = ["organization"]
    readonly_fields = ["id", "created_at"]


@admin.register(Membership)
class MembershipAdmin(FollowsPeople):
    """Members of organizations, and their roles."""

    list_display = ["user", "organization", "role", "created_at"]
    list_filter = ["role"]
    list_select_related = ["user", "organization"]
    search_fields = ["user__username", "user__email", "organization__name"]
    autocomplete_fields = ["user", "organization"]
    readonly_fields = ["created_at"]

    def people_of(self, obj: Membership) -> set[UUID]:
        return {obj.user_id}


class APIKeyForm(forms.ModelForm):
    """A new key, validated by the service that makes it."""

    scopes = forms.MultipleChoiceField(choices=Scope.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = APIKey
        fields = ["name", "organization", "acts_as", "scopes", "expires_at"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.instance._state.adding and {"organization", "acts_as"} <= data.keys():
            fault = services.why_no_key(organization=data["organization"], acts_as=data["acts_as"])
            if fault:
                self.add_error("acts_as", str(fault))
        return data


@admin.register(APIKey)
class APIKeyAdmin(KeptAdmin, FollowsPeople):
    """Keys for other systems. The secret is shown once, in the message after adding one."""

    form = APIKeyForm
    list_display = ["name", "prefix", "organization", "acts_as", "expires_at", "last_used_at", "revoked_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), "organization"]
    list_select_related = ["organization", "acts_as"]
    search_fields = ["name", "prefix", "acts_as__email", "organization__name"]
    autocomplete_fields = ["organization", "acts_as"]
    actions = ["revoke"]

    def people_of(self, obj: APIKey) -> set[UUID]:
        return {obj.acts_as_id}

    def get_fields(self, request: HttpRequest, obj: APIKey | None = None) -> list[Any]:
        fields: list[Any] = ["name", "organization", "acts_as", "scopes", "expires_at"]
        return fields if obj is None else [*fields, "prefix", "last_used_at", "revoked_at", "created_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: APIKey | None = None) -> list[str]:
        fixed = ["organization", "acts_as", "prefix", "last_used_at", "revoked_at", "created_at"]
        return [] if obj is None else fixed

    def save_model(self, request: HttpRequest, obj: APIKey, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        key, secret = services.create_api_key(
            organization=obj.organization,
            acts_as=obj.acts_as,
            name=obj.name,
            scopes=form.cleaned_data["scopes"],
            expires_at=obj.expires_at,
        )
        obj.pk, obj.prefix, obj.key_hash = key.pk, key.prefix, key.key_hash
        obj._state.adding = False
        shown_once = _("The key is %(secret)s — copy it now, it is not shown again.") % {"secret": secret}
        self.message_user(request, shown_once, messages.WARNING)

    @admin.action(description=gettext_lazy("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[APIKey]) -> None:
        for key in queryset:
            services.revoke_api_key(key=key)
        done = ngettext("%d key was revoked.", "%d keys were revoked.", len(queryset))
        self.message_user(request, done % len(queryset), messages.SUCCESS)


admin.site.unregister(User)


@admin.register(User)
class MemberAdmin(FollowsPlaces, UserAdmin):
    """Members and guests, with their places in organizations."""

    inlines = [MembershipInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not any(formset.deleted_objects for formset in formsets):
            services.ensure_place(form.instance)
