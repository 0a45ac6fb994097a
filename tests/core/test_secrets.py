"""What is sealed opens again, and only for its purpose."""

import pytest
from django.core import signing

from core.secrets import decrypt, encrypt, hash_token, keyed_hash, new_token, signer


def test_a_sealed_value_opens_for_its_purpose_only():
    sealed = encrypt("stream key", purpose="stream key")
    assert decrypt(sealed, purpose="stream key") == "stream key"
    assert decrypt(sealed, purpose="idempotent reply") is None
    assert "stream key" not in sealed


def test_hashes_of_one_value_differ_by_purpose():
    assert keyed_hash("a", purpose="x") != keyed_hash("a", purpose="y")
    assert keyed_hash("a", purpose="x") == keyed_hash("a", purpose="x")


def test_tokens_are_long_random_and_say_what_they_are():
    first, second = new_token("rt_"), new_token("rt_")
    assert first.startswith("rt_")
    assert len(first) >= 43
    assert first != second
    assert len(hash_token(first)) == 64


def test_what_is_signed_is_what_django_signs(settings):
    value = ["a", 1, "ü"]
    assert signing.loads(signer("x").sign_object(value), salt="x") == value
    assert signer("x").unsign_object(signing.dumps(value, salt="x"), max_age=60) == value
    with pytest.raises(signing.BadSignature):
        signer("y").unsign_object(signing.dumps(value, salt="x"))
    old = signing.dumps(value, salt="x")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 8, [settings.SECRET_KEY]
    assert signer("x").unsign_object(old) == value
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(signing.BadSignature):
        signer("x").unsign_object(old)
