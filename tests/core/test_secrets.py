"""What is sealed opens again, and only for its purpose."""

from core.secrets import decrypt, encrypt, hash_token, keyed_hash, new_token


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
