"""Reactions: an emoji from a small set, counted for each session and not stored in the database.

The counts live in the cache, which processes share, as totals since go-live. A total only grows, so an event may come
late, twice or never without losing a reaction. Restarting an in-memory cache resets the counts.
"""

from uuid import UUID

from django.core.cache import cache

from chat.events import ReactionCounts

EMOJIS = ("❤️", "👏", "👍", "😂", "😮", "🎉")
_KEPT_FOR = 24 * 60 * 60  # seconds


def count(session_id: UUID, emoji: str) -> int:
    """Count one reaction; returns the new total."""
    key = _key(session_id, emoji)
    cache.add(key, 0, timeout=_KEPT_FOR)
    try:
        return int(cache.incr(key))
    except ValueError:  # the key expired between the two calls
        cache.set(key, 1, timeout=_KEPT_FOR)
        return 1


def counts(session_id: UUID) -> dict[str, int]:
    """How often each emoji was sent; emojis never sent are left out."""
    keys = {emoji: _key(session_id, emoji) for emoji in EMOJIS}
    found = cache.get_many(list(keys.values()))
    return {emoji: int(found[key]) for emoji, key in keys.items() if found.get(key)}


def forget(session_id: UUID) -> None:
    """Reset the counts."""
    cache.delete_many([_key(session_id, emoji) for emoji in EMOJIS])


def counted(session_id: UUID) -> ReactionCounts:
    """The event with the present counts."""
    return ReactionCounts.of(session_id, counts(session_id))


def _key(session_id: UUID, emoji: str) -> str:
    return f"reactions:{session_id}:{EMOJIS.index(emoji)}"
