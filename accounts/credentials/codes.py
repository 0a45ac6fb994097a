"""Sign-in codes: each opens an account on another device, for one session."""

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
    """The sign-in code does not exist."""

    code = "invalid_code"
    sentence = _("This code is not valid. Ask for a new link.")


class SpentCode(Gone):
    """The sign-in code was used already or has expired."""

    sentence = _("This code was used already or has expired. Ask for a new link.")


def issue_code(user: User, *, session_id: UUID, session_ends_at: datetime) -> str:
    """Make a code: single use, valid for 5 minutes; its tokens open one session and end 24 hours after it. Raises
    TooMany.
    """
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
    """The account that a code opens; the code stays unspent. Raises InvalidCode, SpentCode."""
    row = AuthCode.objects.select_related("user").filter(code_hash=hash_token(code)).first()
    if row is None or not row.user.is_active:
        raise InvalidCode
    if row.spent_at is not None or row.expires_at <= timezone.now():
        raise SpentCode
    return row.user


def exchange_code(code: str) -> tuple[User, Tokens]:
    """Spend a code and return tokens that are limited to its session. Raises InvalidCode, SpentCode."""
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
    """Set tokens from exchanged codes to expire 24 hours after the session's end, which is now known or has changed."""
    ends = session_ends_at + CODE_TOKENS_OUTLIVE_SESSION
    codes = AuthCode.objects.filter(session_id=session_id, tokens_expire_at__gt=ends)
    tokens = RefreshToken.objects.filter(session_id=session_id, revoked_at=None, family_expires_at__gt=ends)
    with transaction.atomic():
        owners = User.objects.filter(Q(pk__in=codes.values("user")) | Q(pk__in=tokens.values("user")))
        list(owners.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        codes.update(tokens_expire_at=ends)
        tokens.update(family_expires_at=ends)
