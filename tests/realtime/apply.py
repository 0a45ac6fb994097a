"""What a client does with an event, as static/js/realtime.js does it: ``apply(events, old state) == fresh state``."""

from typing import Any

from tests.parts import merged


def apply(events: list[dict[str, Any]], state: dict[str, Any]) -> dict[str, Any]:
    """``state`` after ``events``; each has ``type`` and ``data``. Applying one twice does no harm."""
    known = merged("apply", "APPLY")
    for event in events:
        state = known[event["type"]](state, event["data"])
    return state
