"""Secrets: generating them, hashing them for look-up, and encrypting those that must be readable again.

Tokens are stored as SHA-256 hashes: they carry at least 128 random bits, so a slow hash would add nothing.
"""

import base64
import hashlib
import hmac
import secrets
from functools import cache, lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core import signing


def new_token(prefix: str = "", size: int = 32) -> str:
    """A URL-safe random token of ``size`` bytes; ``prefix`` says what kind of token it is, should it leak."""
    return prefix + secrets.token_urlsafe(size)


def hash_token(token: str) -> str:
    """The 64 hexadecimal digits under which ``token`` is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def derive_key(purpose: str, size: int = 32) -> bytes:
    """A key for one ``purpose``, derived from SECRET_KEY (HKDF, RFC 5869)."""
    return HKDF(SHA256(), size, salt=None, info=purpose.encode()).derive(settings.SECRET_KEY.encode())


class TimestampSigner(signing.TimestampSigner):
    """Django's, which reads and writes the same; but the key of a salt is derived once, not for each text."""

    def signature(self, value: str | bytes, key: str | bytes | None = None) -> str:
        salt = self.salt if isinstance(self.salt, str) else self.salt.decode()
        derived = _signing_key(f"{salt}signer", key or self.key, self.algorithm)
        text = value if isinstance(value, bytes) else value.encode()
        return signing.b64_encode(hmac.digest(derived, text, self.algorithm)).decode()


def signer(salt: str) -> TimestampSigner:
    """The signer for this salt."""
    return _signer(salt, settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=64)
def _signer(salt: str, secret: str | bytes, fallbacks: tuple[str | bytes, ...]) -> TimestampSigner:
    return TimestampSigner(key=secret, salt=salt, fallback_keys=list(fallbacks))


@lru_cache(maxsize=256)
def _signing_key(salt: str, secret: str | bytes, algorithm: str) -> bytes:
    """As ``django.utils.crypto.salted_hmac`` derives it."""
    return hashlib.new(algorithm, salt.encode() + (secret if isinstance(secret, bytes) else secret.encode())).digest()


def keyed_hash(value: str, *, purpose: str) -> str:
    """HMAC-SHA-256 of ``value``: looks up an encrypted secret without storing a hash that could be guessed offline."""
    return hmac.new(derive_key(purpose), value.encode(), hashlib.sha256).hexdigest()


@cache
def _box(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derive_key(purpose)))


def encrypt(value: str, *, purpose: str) -> str:
    """Encrypt ``value`` for the database; :func:`decrypt` with the same purpose reads it."""
    return _box(purpose).encrypt(value.encode()).decode()


def decrypt(sealed: str, *, purpose: str) -> str | None:
    """The decrypted value, or None if SECRET_KEY has changed since."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None
