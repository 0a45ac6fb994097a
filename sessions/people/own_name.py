"""Whoever is on stage, or comes backstage, changes the name that everybody sees."""

from django.db import transaction

from accounts.models import User
from accounts.names import clean_name, is_same_name, renamed
from accounts.person import Person
from audit.services import record
from core.limits import Limiter
from realtime.outbox import emit
from sessions import lifecycle
from sessions.events import PersonRenamed
from sessions.models import Session
from sessions.people import names
from sessions.rights.capabilities import Role, capabilities, require

#: Changes of a person in ten minutes: each is told to everybody.
_LIMIT, _WINDOW = 10, 600


def change_name(*, actor: Person, session: Session, name: str) -> User:
    """Give the caller's account another name, which is shown everywhere from now on: plates, lists, what they write.

    Names of the team, and those like them, cannot be taken; an attendee on stage whose new name is taken gets a number.
    Raises NotAllowed, NotFound, TooMany, Invalid (nothing visible, too long, or taken).
    """
    user = actor.account()
    name = clean_name(name, field="name")
    Limiter().check("name", str(user.pk), _LIMIT, _WINDOW)
    with transaction.atomic():
        names.lock_sessions_of(user, also=session.pk)
        locked = lifecycle.lock_session(session.pk)
        allowed = capabilities(actor, locked)
        require(allowed.may_change_name)
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        former = user.username
        if is_same_name(name, former):
            return user
        if allowed.role != Role.AUDIENCE:
            names.check_free_for_crew(locked, user, name)
        user.username = name
        user.save(update_fields=["username"])
        renamed(user, former)
        if not locked.attendances.filter(user=user).exists():  # they have a role, and did not come yet
            emit(PersonRenamed.of(locked, user, former=former))
        record("people.renamed", actor=user.pk, session=locked.pk, former=former, name=user.username)
    return user
