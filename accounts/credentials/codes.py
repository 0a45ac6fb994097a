"""Sign-in codes: by one of them an account is opened on another device, for one session."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.credentials.revocation import lock_person
from accounts.credentials.tokens import Tokens, issue_tokens
from accounts.models import AuthCode, RefreshToken, User
from core.errors import Gone, NotAuthenticated
from core.limits import Limiter
from core.secrets import hash_token, new_token

#: How long tokens from an exchanged code outlive their session.
CODE_TOKENS_OUTLIVE_SESSION = timedelta(hours=24)


class InvalidCode(NotAuthenticated):
    """A sign-in code that never was."""

    code = "invalid_code"
    sentence = _("This code is not valid. Ask for a new link.")


class SpentCode(Gone):
    """A sign-in code that was used, or is too old."""

    sentence = _("This code was used already or has expired. Ask for a new link.")


def issue_code(user: User, *, session_id: UUID, session_ends_at: datetime) -> str:
    """A code, good once and for 5 minutes, whose tokens reach one session and end 24 hours after it. Raises TooMany."""
    Limiter().check("auth.code", str(user.pk), settings.CODES_PER_HOUR, 3600)
    code = new_token("ac_")
    now = timezone.now()
    AuthCode.objects.create(
        user=user,
        session_id=session_id,
        code_hash=hash_token(code),
        created_at=now,
        expires_at=now + settings.AUTH_CODE_LIFETIME,
        tokens_expire_at=session_ends_at + CODE_TOKENS_OUTLIVE_SESSION,
    )
    return code


def owner_of_code(code: str) -> User:
    """Whose account a code opens, without spending it. Raises InvalidCode, SpentCode."""
    row = AuthCode.objects.select_related("user").filter(code_hash=hash_token(code)).first()
    if row is None or not row.user.is_active:
        raise InvalidCode
    if row.spent_at is not None or row.expires_at <= timezone.now():
        raise SpentCode
    return row.user


def exchange_code(code: str) -> tuple[User, Tokens]:
    """Spend a code for tokens that are limited to its session. Raises InvalidCode, SpentCode."""
    now = timezone.now()
    with transaction.atomic():
        user = owner_of_code(code)
        lock_person(user.pk)
        row = AuthCode.objects.get(code_hash=hash_token(code))
        spent = AuthCode.objects.filter(pk=row.pk, spent_at=None, expires_at__gt=now).update(spent_at=now)
        if not spent or row.tokens_expire_at <= now:
            raise SpentCode
        user.refresh_from_db()
        return user, issue_tokens(user, session_id=row.session_id, until=row.tokens_expire_at)


def end_session_tokens(session_id: UUID, *, session_ends_at: datetime) -> None:
    """Let tokens from exchanged codes of a session end 24 hours after it, now that its end is another or known."""
    ends = session_ends_at + CODE_TOKENS_OUTLIVE_SESSION
    codes = AuthCode.objects.filter(session_id=session_id, tokens_expire_at__gt=ends)
    tokens = RefreshToken.objects.filter(session_id=session_id, revoked_at=None, family_expires_at__gt=ends)
    with transaction.atomic():
        owners = User.objects.filter(Q(pk__in=codes.values("user")) | Q(pk__in=tokens.values("user")))
        list(owners.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        codes.update(tokens_expire_at=ends)
        tokens.update(family_expires_at=ends)
