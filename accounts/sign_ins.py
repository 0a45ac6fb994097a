"""A person's own sign-ins, of browsers and of programs: listing them, and ending them from elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.browser_sessions import end_browser, open_sign_ins
from accounts.changes import rights_changed
from accounts.credentials.revocation import lock_person, revoke_rows
from accounts.models import BrowserSignIn, RefreshToken
from accounts.person import Person
from audit.services import record
from core.errors import NotFound
from core.ids import parse_uuid


class Kind(StrEnum):
    """What signed in: a browser on our pages, or a program with tokens."""

    BROWSER = "browser"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in that is valid now. ``session_id``: the only session that it opens (from an exchanged code)."""

    id: UUID
    kind: Kind
    device: str
    network: str
    created_at: datetime
    last_used_at: datetime
    is_current: bool
    session_id: UUID | None = None


def sign_ins_of(person: Person) -> list[SignIn]:
    """All of this person, the present one first, then the one that was used last; at most SIGN_INS_PER_PERSON of
    either kind. Two queries.
    """
    user, now = person.account(), timezone.now()
    rows = open_sign_ins(user)[: settings.SIGN_INS_PER_PERSON]
    found = [
        SignIn(
            id=row.pk,
            kind=Kind.BROWSER,
            device=_device(row),
            network=row.network,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            is_current=row.pk == person.sign_in,
        )
        for row in rows
    ]
    families = (
        RefreshToken.objects.filter(user=user, revoked_at=None, family_expires_at__gt=now)
        .order_by()
        .values("family", "session_id")
        .annotate(began_at=Min("created_at"), used_at=Max("created_at"), until=Max("expires_at"))
        .filter(until__gt=now)
        .order_by("-used_at")[: settings.SIGN_INS_PER_PERSON]
    )
    found += [
        SignIn(
            id=family["family"],
            kind=Kind.PROGRAM,
            device=_("Program or app"),
            network="",
            created_at=family["began_at"],
            last_used_at=family["used_at"],
            is_current=family["family"] == person.family,
            session_id=family["session_id"],
        )
        for family in families
    ]
    return sorted(found, key=lambda each: (each.is_current, each.last_used_at), reverse=True)


def end(*, actor: Person, sign_in_id: object) -> None:
    """End one of the person's own sign-ins, and what was derived from it; also the present one. Raises NotFound."""
    known, user = parse_uuid(sign_in_id), actor.account()
    if known is None:
        raise NotFound
    with transaction.atomic():
        lock_person(user.pk)
        browser = BrowserSignIn.objects.filter(pk=known, user=user).first()
        tokens = RefreshToken.objects.filter(user=user, family=known, revoked_at=None)
        if browser is not None:
            end_browser(browser)
        elif tokens.exists():
            revoke_rows(tokens, timezone.now())
            rights_changed(user.pk)
        else:
            raise NotFound
        record("user.sign_in_ended", actor=user.pk, subject=user.pk)


def end_others(*, actor: Person) -> None:
    """End all sign-ins of the person but the present one."""
    user = actor.account()
    with transaction.atomic():
        lock_person(user.pk)
        for browser in BrowserSignIn.objects.filter(user=user):
            if browser.pk != actor.sign_in:
                end_browser(browser)
        tokens = RefreshToken.objects.filter(user=user)
        others = tokens if actor.family is None else tokens.exclude(family=actor.family)
        revoke_rows(others, timezone.now())
        rights_changed(user.pk)
        record("user.other_sign_ins_ended", actor=user.pk, subject=user.pk)


def _device(row: BrowserSignIn) -> str:
    if row.browser and row.system:
        return _("%(browser)s on %(system)s") % {"browser": row.browser, "system": row.system}
    return row.browser or row.system or _("Unknown browser")
