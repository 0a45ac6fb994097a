"""Invitations: personal links without account. Only the link contains the token; the row has its hash, and the
encrypted link until its mail is sent.
"""

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import clean_name
from core.errors import Gone, NotFound
from core.rows import check_most
from core.secrets import decrypt, encrypt, hash_token, new_token
from sessions.models import Attendance, Invitation, Session, SessionRole
from sessions.people import names

_SEALED = "invitation"
LONGEST_NAME = 50
_TOO_MANY = _("This webinar has the maximum number of invitations. Create a new link for one that is no longer needed.")


class InvitationRevoked(Gone):
    """The link was valid before."""

    code = "invitation_revoked"
    sentence = _("This invitation was revoked. Ask the host for a new one.")


def invitations_of(session: Session) -> QuerySet[Invitation]:
    """The session's invitations that are not revoked, oldest first; one query whatever their number."""
    return session.invitations.filter(revoked_at=None).select_related("invited_by", "user")


class InvitationUsed(Gone):
    """The link was accepted on another device, so it opens nobody's account here."""

    code = "invitation_used"
    sentence = _("This link has been used on another device. Ask the host for a new one.")


def make(session: Session, *, name: str, email: str, role: str, by: User) -> Invitation:
    """Make a new invitation with its link. ``session`` is locked.

    Raises Invalid for an unusable name, LimitReached.
    """
    check_most(session.invitations.all(), settings.INVITATIONS_PER_SESSION, _TOO_MANY)
    name = clean_name(name, field="name", longest=LONGEST_NAME)
    names.keep_for_crew(session, name)
    invitation = Invitation(
        session=session,
        name=name,
        email=email,
        role=role,
        invited_by=by,
    )
    _give_link(invitation)
    invitation.save()
    return invitation


def renew(invitation: Invitation) -> None:
    """Replace the link; the present one stops working. The session is locked.

    Whoever accepted the former link keeps the role until somebody accepts the new one.
    """
    _give_link(invitation)
    invitation.accepted_at = invitation.mailed_at = None
    invitation.save(update_fields=["token_hash", "token_sealed", "accepted_at", "mailed_at"])


def _give_link(invitation: Invitation) -> None:
    token = new_token("iv_")
    invitation.token_hash = hash_token(token)
    invitation.token_sealed = encrypt(token, purpose=_SEALED) if invitation.email else ""
    invitation.new_link = _address(token)


def _address(token: str) -> str:
    return f"{settings.BASE_URL}/i/{token}"


def link_to_mail(invitation: Invitation) -> str | None:
    """The link of an invitation whose mail is still to be sent; None after that, and if SECRET_KEY has changed."""
    token = decrypt(invitation.token_sealed, purpose=_SEALED) if invitation.token_sealed else None
    return _address(token) if token else None


def find_by_token(token: str) -> Invitation:
    """The invitation behind a link, with its session. Raises NotFound for an unknown link."""
    rows = Invitation.objects.select_related(
        "session__room__library__organization", "session__room__host", "session__preset"
    )
    found = rows.select_related("invited_by", "user").filter(token_hash=hash_token(token)).first()
    if found is None:
        raise NotFound
    return found


def revoke(invitation: Invitation) -> None:
    """Revoke the link. The session is locked."""
    invitation.revoked_at, invitation.token_sealed = timezone.now(), ""
    invitation.save(update_fields=["revoked_at", "token_sealed"])


def is_only_here(user: User, session: Session) -> bool:
    """Whether this guest has only been in sessions of this session's organization.

    Only such an account may get a role here just because the browser has it; another one would carry over what the
    person said and received elsewhere.
    """
    if not user.is_guest or not user.is_active:
        return False
    organization = session.room.library.organization_id
    elsewhere = (rows.objects.filter(user=user) for rows in (Attendance, SessionRole))
    return not any(rows.exclude(session__room__library__organization=organization).exists() for rows in elsewhere)
