"""Identifiers: UUID version 7, so that primary keys sort by time and reveal no counts."""

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A new time-ordered UUID (RFC 9562, version 7)."""
    return _uuid7()


def parse_uuid(value: object) -> UUID | None:
    """The UUID written in ``value``, or None if it is malformed."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None
