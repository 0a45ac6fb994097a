"""Credentials of people: issuing, checking, rotating and revoking them.

Only hashes are stored. Everything that issues or revokes tokens of a person first locks that person's row, so that two
refreshes at once, or a refresh and a revocation, happen one after the other.
"""

from accounts.credentials.codes import (
    InvalidCode,
    SpentCode,
    end_session_tokens,
    exchange_code,
    issue_code,
    owner_of_code,
)
from accounts.credentials.device_tokens import (
    issue_device_token,
    owner_of_device,
    replace_device_token,
    revoke_device_token,
)
from accounts.credentials.holders import expiry_of, holder, holders
from accounts.credentials.revocation import end_sign_in, forget_spent, revoke_all
from accounts.credentials.tokens import (
    InvalidToken,
    Tokens,
    issue_tokens,
    person_of_access_token,
    rotate,
    sign_out,
)

__all__ = [
    "InvalidCode",
    "InvalidToken",
    "SpentCode",
    "Tokens",
    "end_session_tokens",
    "end_sign_in",
    "exchange_code",
    "expiry_of",
    "forget_spent",
    "holder",
    "holders",
    "issue_code",
    "issue_device_token",
    "issue_tokens",
    "owner_of_code",
    "owner_of_device",
    "person_of_access_token",
    "replace_device_token",
    "revoke_all",
    "revoke_device_token",
    "rotate",
    "sign_out",
]
