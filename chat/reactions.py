"""Reactions: an emoji from a small set, counted for the session and kept nowhere else.

The counts live in the cache, where processes share them, as totals since go-live: a number that only grows may be told
late, twice or not at all without a reaction getting lost. A restart of a cache in memory begins at zero.
"""

from uuid import UUID

from django.core.cache import cache

from chat.events import ReactionCounts

EMOJIS = ("❤️", "👏", "👍", "😂", "😮", "🎉")
_KEPT_FOR = 24 * 60 * 60  # seconds


def count(session_id: UUID, emoji: str) -> int:
    """One more; how many there are now."""
    key = _key(session_id, emoji)
    cache.add(key, 0, timeout=_KEPT_FOR)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two calls
        cache.set(key, 1, timeout=_KEPT_FOR)
        return 1


def counts(session_id: UUID) -> dict[str, int]:
    """How often each emoji was sent; those never sent are left out."""
    keys = {emoji: _key(session_id, emoji) for emoji in EMOJIS}
    found = cache.get_many(list(keys.values()))
    return {emoji: int(found[key]) for emoji, key in keys.items() if found.get(key)}


def forget(session_id: UUID) -> None:
    """Begin at zero."""
    cache.delete_many([_key(session_id, emoji) for emoji in EMOJIS])


def counted(session_id: UUID) -> ReactionCounts:
    """The event that says how things stand."""
    return ReactionCounts.of(session_id, counts(session_id))


def _key(session_id: UUID, emoji: str) -> str:
    return f"reactions:{session_id}:{EMOJIS.index(emoji)}"
