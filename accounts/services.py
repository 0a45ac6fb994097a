"""Use cases of accounts: guests, hosts, sign-in, revocation, API keys."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import credentials, keys
from accounts.changes import organization_changed, rights_changed
from accounts.models import APIKey, DeviceToken, Library, Membership, Organization, RefreshToken, User
from accounts.names import clean_name
from accounts.person import Scope
from audit.services import record
from core.errors import FieldError, Invalid, NotAuthenticated, Sentence


class WrongPassword(NotAuthenticated):
    """E-mail and password do not belong together; which of the two is wrong is not told."""

    code = "wrong_password"
    sentence = _("E-mail and password do not match.")


def register_guest(*, display_name: str) -> tuple[User, str]:
    """A new guest account and the device token that opens it again. Raises Invalid for an unusable name."""
    with transaction.atomic():
        user = User.objects.create_user(username=clean_name(display_name), is_guest=True)
        return user, credentials.issue_device_token(user)


def open_device(*, device_token: str) -> tuple[User, str]:
    """The guest whose device token this is, and the token that replaces it. Raises credentials.InvalidToken."""
    return credentials.replace_device_token(device_token)


def check_password(*, email: str, password: str) -> User:
    """The active member with this e-mail and password; callers come through :mod:`accounts.sign_in`.

    Takes the same time whether the account exists or not. Raises WrongPassword.
    """
    user = User.objects.select_related("organization").filter(email__iexact=email.strip(), is_guest=False).first()
    if user is None:
        make_password(password)  # what checking a real one costs
        raise WrongPassword
    if not user.check_password(password) or not user.is_active:
        raise WrongPassword
    if user.organization is not None and not user.organization.is_active:
        raise WrongPassword
    return user


def generate_code(*, user: User, session_id: UUID, session_ends_at: datetime) -> str:
    """A single-use code that opens ``user``'s account on another device for one session.

    The caller has checked that ``user`` may enter it. ``session_ends_at`` is the end as far as it is known now:
    tokens from the code end 24 hours after it.
    """
    return credentials.issue_code(user, session_id=session_id, session_ends_at=session_ends_at)


def create_host(
    *,
    email: str,
    password: str,
    organization_name: str | None = None,
    username: str | None = None,
    is_staff: bool | None = None,
) -> User:
    """A host who owns a new organization with its default library, or joins an existing one of that name.

    The first account ever is staff and superuser; ``is_staff`` decides for later ones (default: no). In an
    organization that has an owner, the new host becomes a member.

    Raises Invalid: the address is malformed or taken, the password too weak, a name too long or without anything seen.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid.field("email", _("This is not a valid e-mail address."), "invalid") from None
    name = clean_name(username or address.partition("@")[0], field="name", longest=150)
    if organization_name:
        organization_name = clean_name(organization_name, field="organization", longest=255)
    _require_strong(password, User(email=address, username=name))
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


def _require_strong(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        errors = [FieldError("password", str(fault.code), " ".join(fault.messages)) for fault in weak.error_list]
        raise Invalid(errors, sentence=" ".join(str(error.message) for error in errors)) from None


def ensure_place(user: User) -> None:
    """Give a host what they need to work: a place in their organization, and it a default library."""
    if user.role != User.Role.HOST or user.organization is None:
        return
    with transaction.atomic():
        _default_library(user.organization)
        if not user.memberships.exists():
            role = Membership.Role.MEMBER if _has_owner(user.organization) else Membership.Role.OWNER
            Membership.objects.create(organization=user.organization, user=user, role=role)


def set_active(*, user: User, is_active: bool, by: User | None = None) -> None:
    """Open or close an account; closing revokes everything that opens it."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=is_active)
        user.is_active = is_active
        rights_changed(user.pk)
        if not is_active:
            credentials.revoke_all(user)
            user.api_keys.filter(revoked_at=None).update(revoked_at=timezone.now())
        action = "user.opened" if is_active else "user.closed"
        record(action, actor=by.pk if by else None, subject=user.pk)


def set_organization_active(*, organization: Organization, is_active: bool, by: User | None = None) -> None:
    """Open or close an organization.

    Closing signs its people out, revokes its keys, ends what is live, and takes its webinars from everybody. They are
    kept, and can be reached again once it is opened.
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
    """A key and its secret, which is shown once and stored only as a hash.

    Raises Invalid: ``acts_as`` is not an active host with a place in the organization, which has as many keys as it can
    have, or a scope is unknown.
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
    """Why no key of the organization can act as this person; None when one can."""
    if keys.holding_keys().filter(organization=organization).count() >= settings.API_KEYS_PER_ORGANIZATION:
        return _("This organization has as many keys as it can have. Revoke those that are not needed.")
    member = organization.memberships.filter(user=acts_as).exists()
    if member and acts_as.is_active and acts_as.role == User.Role.HOST:
        return None
    return _("A key acts as an active host who belongs to its organization.")


def revoke_api_key(*, key: APIKey) -> None:
    """The key, and what was opened with it, opens nothing from now on. Twice is harmless."""
    with transaction.atomic():
        APIKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
        rights_changed(key.acts_as_id)


def revoke_tokens(tokens: QuerySet[RefreshToken] | QuerySet[DeviceToken]) -> int:
    """Revoke these; how many were not before. What was opened with them closes."""
    with transaction.atomic():
        holding = tokens.filter(revoked_at=None)
        people = set(holding.order_by().values_list("user", flat=True))
        revoked = holding.update(revoked_at=timezone.now())
        rights_changed(*people)
    return revoked
