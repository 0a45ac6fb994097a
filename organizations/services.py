"""Use cases of organizations: hosts and memberships, activation, API keys."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import credentials
from accounts.changes import rights_changed
from accounts.models import User
from accounts.names import clean_name
from accounts.passwords import require_strong
from accounts.person import Scope
from audit.services import record
from core.errors import Invalid, Sentence
from core.nudges import nudge
from organizations import keys
from organizations.models import APIKey, Library, Membership, Organization


def create_host(
    *,
    email: str,
    password: str,
    organization_name: str | None = None,
    username: str | None = None,
    is_staff: bool | None = None,
) -> User:
    """A host who owns a new organization with its default library, or joins an existing one of that name.

    The first account ever is staff and superuser; ``is_staff`` decides for later ones (default: no). In an organization
    that has an owner, the new host becomes a member.

    Raises Invalid: the address is malformed or taken, the password too weak, a name too long or invisible.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid.field("email", _("This is not a valid e-mail address."), "invalid") from None
    name = clean_name(username or address.partition("@")[0], field="name", longest=150)
    if organization_name:
        organization_name = clean_name(organization_name, field="organization", longest=255)
    require_strong(password, User(email=address, username=name))
    with transaction.atomic():
        is_first = not User.objects.filter(is_superuser=True).exists()
        organization = _organization(organization_name or _("%(name)s’s organization") % {"name": name})
        try:
            with transaction.atomic():
                user = User.objects.create_user(
                    address,
                    password,
                    username=name,
                    role=User.Role.HOST,
                    organization=organization,
                    is_staff=is_first if is_staff is None else is_staff,
                    is_superuser=is_first,
                )
        except IntegrityError:
            raise Invalid.field("email", _("There is an account with this e-mail address already."), "taken") from None
        ensure_place(user)
    return user


def _organization(name: str) -> Organization:
    """The organization called ``name``, made when there is none."""
    organization = Organization.objects.filter(name=name).order_by("created_at").first()
    if organization is None:
        organization = Organization.objects.create(name=name)
    return organization


def _default_library(organization: Organization) -> None:
    if not organization.libraries.filter(is_default=True).exists():
        Library.objects.create(organization=organization, name=str(_("Main library")), is_default=True)


def _has_owner(organization: Organization) -> bool:
    return organization.memberships.filter(role=Membership.Role.OWNER).exists()


def ensure_place(user: User) -> None:
    """Give a host what they need to work: a membership of their organization, and a default library in it."""
    if user.role != User.Role.HOST or user.organization is None:
        return
    with transaction.atomic():
        _default_library(user.organization)
        if not user.memberships.exists():
            role = Membership.Role.MEMBER if _has_owner(user.organization) else Membership.Role.OWNER
            Membership.objects.create(organization=user.organization, user=user, role=role)


@nudge
def organization_changed(organization_id: str) -> None:
    """Nudge: judge everybody in the organization's sessions again, and end what is live if it was closed."""


def set_organization_active(*, organization: Organization, is_active: bool, by: User | None = None) -> None:
    """Activate or deactivate an organization.

    Deactivating signs its people out, revokes its keys, ends what is live, and hides its webinars from everybody. They
    are kept and can be reached again after activation.
    """
    with transaction.atomic():
        Organization.objects.filter(pk=organization.pk).update(is_active=is_active)
        organization.is_active = is_active
        if not is_active:
            for user in organization.users.all():
                credentials.revoke_all(user)
            organization.api_keys.filter(revoked_at=None).update(revoked_at=timezone.now())
        people = {*organization.memberships.values_list("user", flat=True)}
        rights_changed(*people, *organization.api_keys.values_list("acts_as", flat=True))
        organization_changed.on_commit(str(organization.pk))
        action = "organization.opened" if is_active else "organization.closed"
        record(action, actor=by.pk if by else None, organization=str(organization.pk), name=organization.name)


def create_api_key(
    *,
    organization: Organization,
    acts_as: User,
    name: str,
    scopes: list[str],
    expires_at: datetime | None = None,
) -> tuple[APIKey, str]:
    """Create a key and its secret, which is shown once and stored only as a hash.

    Raises Invalid: ``acts_as`` is not an active host of the organization, the organization has the maximum number of
    keys, or a scope is unknown.
    """
    fault = why_no_key(organization=organization, acts_as=acts_as)
    if fault:
        raise Invalid.field("acts_as", fault)
    if not scopes or set(scopes) - set(Scope.values):
        raise Invalid.field("scopes", _("Choose at least one of the known scopes."))
    secret, prefix, key_hash = keys.new_key()
    key = APIKey.objects.create(
        organization=organization,
        acts_as=acts_as,
        name=name,
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
        prefix=prefix,
        key_hash=key_hash,
    )
    return key, secret


def why_no_key(*, organization: Organization, acts_as: User) -> Sentence | None:
    """Why no key of the organization can act for this person; None if one can."""
    if keys.holding_keys().filter(organization=organization).count() >= settings.API_KEYS_PER_ORGANIZATION:
        return _("This organization has as many keys as it can have. Revoke those that are not needed.")
    member = organization.memberships.filter(user=acts_as).exists()
    if member and acts_as.is_active and acts_as.role == User.Role.HOST:
        return None
    return _("A key acts as an active host who belongs to its organization.")


def revoke_api_key(*, key: APIKey) -> None:
    """Revoke the key and everything that was opened with it. Repeating it is harmless."""
    with transaction.atomic():
        APIKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
        rights_changed(key.acts_as_id)


def revoke_keys_of(user: User) -> None:
    """Revoke the keys that act for ``user``. The caller announces that rights changed."""
    user.api_keys.filter(revoked_at=None).update(revoked_at=timezone.now())
