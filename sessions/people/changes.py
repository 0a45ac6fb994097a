"""Change an invitation after it was made: its name, its address, and its role until somebody has accepted it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.names import clean_name
from accounts.person import Person
from audit.services import record
from core.errors import Conflict
from core.limits import Limiter
from sessions.models import Invitation, Session
from sessions.people import invitations, names
from sessions.people.services import (
    LIMIT,
    WINDOW,
    check_holds,
    invitation_due,
    lock_invitation,
    may_give,
)
from sessions.rights.capabilities import require


class InvitationTaken(Conflict):
    """Somebody has the role by this invitation: it is changed where their role is."""

    code = "invitation_taken"
    sentence = _("This invitation was accepted already. Change the role of the person instead.")


def update_invitation(*, actor: Person, session: Session, invitation_id: object, **changes: Any) -> Invitation:
    """Change ``name``, ``email`` or ``role``; missing ones stay unchanged.

    Another address means another link: the present one stops working; the new one is available once in ``new_link``
    and is sent if there is an address. Whoever accepted the former link keeps the role until somebody accepts the new
    one. Name and role leave the link as it is. Raises NotAllowed, NotFound, InvitationRevoked, InvitationTaken (role),
    SessionEnded, Invalid (name), TooMany.
    """
    by = actor.account()
    with transaction.atomic():
        locked, allowed, invitation = lock_invitation(actor, session, invitation_id)
        check_holds(invitation, locked)
        if "name" in changes:
            changes["name"] = clean_name(changes["name"], field="name", longest=invitations.LONGEST_NAME)
        changes = {name: value for name, value in changes.items() if getattr(invitation, name) != value}
        if not changes:
            return invitation
        if "role" in changes:
            require(may_give(allowed, changes["role"]))
            if invitation.user_id is not None:
                raise InvitationTaken
        Limiter().check("invitations", str(by.pk), LIMIT, WINDOW)
        _change(locked, invitation, changes)
        role = {"role": changes["role"]} if "role" in changes else {}
        details: dict[str, Any] = {"name": invitation.name, "fields": sorted(changes), **role}
        record("people.invitation_changed", actor=by.pk, session=locked.pk, **details)
    return invitation


def _change(session: Session, invitation: Invitation, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(invitation, name, value)
    invitation.save(update_fields=list(changes))
    if "name" in changes:
        names.keep_for_crew(session, invitation.name)
    if "email" in changes:
        invitations.renew(invitation)
        if invitation.email:
            invitation_due.on_commit(str(invitation.pk))
