"""Invitations: personal links without account. The token stands in the link alone; here it is hashed, and sealed until
its mail is sent."""

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
_TOO_MANY = _("This session has as many invitations as it can have. Give one that is not needed another link.")


class InvitationRevoked(Gone):
    """The link was valid once."""

    code = "invitation_revoked"
    sentence = _("This invitation was taken back. Ask the host for a new one.")


def invitations_of(session: Session) -> QuerySet[Invitation]:
    """The session's invitations that were not taken back, oldest first; one query whatever their number."""
    return session.invitations.filter(revoked_at=None).select_related("invited_by", "user")


class InvitationUsed(Gone):
    """The link was taken on another device: it opens nobody's account there a second time."""

    code = "invitation_used"
    sentence = _("This link has been used on another device. Ask the host for a new one.")


def make(session: Session, *, name: str, email: str, role: str, by: User) -> Invitation:
    """A new invitation with a link of its own. ``session`` is locked.

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
    """Another link in place of the present one, which opens nothing any more. The session is locked.

    Who took the former one keeps the role until somebody takes the new one.
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
    """The link of an invitation whose mail is still to be sent; None afterwards, and when SECRET_KEY has changed."""
    token = decrypt(invitation.token_sealed, purpose=_SEALED) if invitation.token_sealed else None
    return _address(token) if token else None


def find_by_token(token: str) -> Invitation:
    """The invitation behind a link, with its session. Raises NotFound for a link that never was."""
    rows = Invitation.objects.select_related(
        "session__room__library__organization", "session__room__host", "session__preset"
    )
    found = rows.select_related("invited_by", "user").filter(token_hash=hash_token(token)).first()
    if found is None:
        raise NotFound
    return found


def revoke(invitation: Invitation) -> None:
    """The link opens nothing from now on. The session is locked."""
    invitation.revoked_at, invitation.token_sealed = timezone.now(), ""
    invitation.save(update_fields=["revoked_at", "token_sealed"])


def is_only_here(user: User, session: Session) -> bool:
    """Whether this guest has been in sessions of this session's organization alone.

    Such an account may take a role here by the browser that it belongs to; any other would bring along what the person
    said and heard elsewhere.
    """
    if not user.is_guest or not user.is_active:
        return False
    organization = session.room.library.organization_id
    elsewhere = (rows.objects.filter(user=user) for rows in (Attendance, SessionRole))
    return not any(rows.exclude(session__room__library__organization=organization).exists() for rows in elsewhere)
