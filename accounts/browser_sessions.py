"""Django's browser sessions, stored in the database behind the cache; ending one ends what was derived from it.

Each sign-in gets its own name, stored in the session. The name stays the same when the session's key changes. Django
flushes a session when its person signs out, when somebody else signs in, and when the password has changed. Those of
members have a row, so that they can be listed and ended from elsewhere (``accounts.sign_ins``).
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import cached_db
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts import credentials
from accounts.agents import browser_and_system
from accounts.models import BrowserSignIn, User
from core.addresses import client_network
from core.ids import parse_uuid, uuid7

SIGN_IN = "sign_in"
_IS_LISTED = "sign_in_is_listed"
_SEEN_EVERY = 3600  # seconds


class SessionStore(cached_db.SessionStore):
    """A browser's session."""

    def save(self, must_create: bool = False) -> None:
        super().save(must_create)
        sign_in = parse_uuid(self.get(SIGN_IN)) if self.get(_IS_LISTED) else None
        if sign_in is not None:  # whoever ends it from elsewhere needs the session's present key
            mine = BrowserSignIn.objects.filter(pk=sign_in)
            mine.exclude(session_key=self.session_key).update(session_key=self.session_key)

    def flush(self) -> None:
        sign_in, user_id = parse_uuid(self.get(SIGN_IN)), parse_uuid(self.get(SESSION_KEY))
        super().flush()
        if sign_in is not None:
            credentials.end_sign_in(sign_in, user_id)


def name_sign_in(sender: object, request: HttpRequest, user: User, **options: object) -> None:
    """Signal handler: after each sign-in, give the session a new name."""
    former = parse_uuid(request.session.get(SIGN_IN))
    if former is not None:
        credentials.end_sign_in(former, parse_uuid(request.session.get(SESSION_KEY)))
    request.session[SIGN_IN] = str(uuid7())
    if user.is_guest:
        request.session.pop(_IS_LISTED, None)
    else:
        list_sign_in(request, user)
        for surplus in open_sign_ins(user)[settings.SIGN_INS_PER_PERSON :]:
            end_browser(surplus)


def sign_in_of(request: HttpRequest) -> UUID | None:
    """The name of the sign-in behind ``request``; sessions without one (made before names existed) get one now."""
    found = parse_uuid(request.session.get(SIGN_IN))
    if found is None and SESSION_KEY in request.session:
        found = uuid7()
        request.session[SIGN_IN] = str(found)
    return found


def list_sign_in(request: HttpRequest, user: User) -> None:
    """Keep the row of this browser's sign-in: which browser, from where, and that it was used now."""
    sign_in = sign_in_of(request)
    if sign_in is None:
        return
    browser, system = browser_and_system(request.META.get("HTTP_USER_AGENT", ""))
    seen = {
        "session_key": request.session.session_key or "",
        "network": client_network(request),
        "browser": browser,
        "system": system,
        "last_used_at": timezone.now(),
    }
    BrowserSignIn.objects.update_or_create(pk=sign_in, defaults=seen, create_defaults={**seen, "user": user})
    if not request.session.get(_IS_LISTED):
        request.session[_IS_LISTED] = True


def see_sign_in(request: HttpRequest) -> None:
    """The same for whoever is signed in by now, once an hour at most: for pages of members."""
    user = request.user
    if not isinstance(user, User) or user.is_guest:
        return
    if cache.add(f"accounts.sign_in_seen:{sign_in_of(request)}", True, _SEEN_EVERY):
        list_sign_in(request, user)


def open_sign_ins(user: User) -> QuerySet[BrowserSignIn]:
    """Those of a member whose session can still be open, the one that was used last first."""
    since = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return BrowserSignIn.objects.filter(user=user, last_used_at__gt=since)


def end_browser(row: BrowserSignIn) -> None:
    """Sign this browser out, and end what was derived from its sign-in."""
    if row.session_key:
        SessionStore(row.session_key).delete()
    credentials.end_sign_in(row.pk, row.user_id)
