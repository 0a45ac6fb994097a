"""Invitations: personal links without account. The token stands in the link alone; here it is hashed and sealed."""

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import clean_name
from base.errors import Gone, NotFound
from base.secrets import decrypt, encrypt, hash_token, new_token
from sessions.models import Attendance, Invitation, Session, SessionRole

_SEALED = "invitation"
LONGEST_NAME = 50


class InvitationRevoked(Gone):
    """The link was valid once."""

    code = "invitation_revoked"
    sentence = _("This invitation was taken back. Ask the host for a new one.")


def invitations_of(session: Session) -> QuerySet[Invitation]:
    """The session's invitations that were not taken back, oldest first; one query whatever their number."""
    return session.invitations.filter(revoked_at=None).select_related("invited_by", "user")


def make(session: Session, *, name: str, email: str, role: str, by: User) -> Invitation:
    """A new invitation with a link of its own. ``session`` is locked. Raises Invalid for an unusable name."""
    token = new_token("iv_")
    return Invitation.objects.create(
        session=session,
        name=clean_name(name, field="name", longest=LONGEST_NAME),
        email=email,
        role=role,
        token_hash=hash_token(token),
        token_sealed=encrypt(token, purpose=_SEALED),
        invited_by=by,
    )


def link_of(invitation: Invitation) -> str | None:
    """The address that opens the invitation; None once it was taken back, or when SECRET_KEY has changed since."""
    if invitation.revoked_at is not None:
        return None
    token = decrypt(invitation.token_sealed, purpose=_SEALED)
    return f"{settings.BASE_URL}/i/{token}" if token else None


def find_by_token(token: str) -> Invitation:
    """The invitation behind a link, with its session. Raises NotFound for a link that never was."""
    rows = Invitation.objects.select_related("session__room__library", "session__room__host", "session__preset")
    found = rows.select_related("invited_by", "user").filter(token_hash=hash_token(token)).first()
    if found is None:
        raise NotFound
    return found


def revoke(invitation: Invitation) -> None:
    """The link opens nothing from now on. The session is locked."""
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])


def is_only_here(user: User, session: Session) -> bool:
    """Whether this guest has been in sessions of this session's organization alone.

    A link of this organization may open such an account on any device; any other would open what the person said
    and heard elsewhere.
    """
    if not user.is_guest or not user.is_active:
        return False
    organization = session.room.library.organization_id
    elsewhere = (rows.objects.filter(user=user) for rows in (Attendance, SessionRole))
    return not any(rows.exclude(session__room__library__organization=organization).exists() for rows in elsewhere)
