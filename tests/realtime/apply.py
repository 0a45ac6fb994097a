"""What a client does with an event, as static/js/realtime.js does it: ``apply(events, old state) == fresh state``."""

from typing import Any


def apply(events: list[dict[str, Any]], state: dict[str, Any]) -> dict[str, Any]:
    """``state`` after ``events``; each has ``type`` and ``data``. Applying one twice does no harm."""
    for event in events:
        state = _apply(event["type"], event["data"], state)
    return state


def _apply(kind: str, data: Any, state: dict[str, Any]) -> dict[str, Any]:
    match kind:
        case "session.live" | "session.expired" | "session.rescheduled" | "session.settings":
            return {**state, "session": _seen(data, state)}
        case "session.ended":
            count = None if state["viewer_count"] is None else 0
            host = {"video": False, "audio": False}
            return {**state, "session": _seen(data, state), "viewer_count": count, "host": host}
        case "session.idle":
            return {**state, "session": {**state["session"], "idle_ends_at": data["ends_at"]}}
        case "host.video" | "host.audio":
            return {**state, "host": {**state["host"], kind.removeprefix("host."): data["enabled"]}}
        case "presence.count":
            session = state["session"]
            if session["status"] == "live":
                session = {**session, "viewer_count": data["viewer_count"]}
            return {**state, "session": session, "viewer_count": data["viewer_count"]}
        case "session.cancelled":
            return state  # nothing is left to show; the socket is closed for good
    raise KeyError(kind)


def _seen(data: dict[str, Any], state: dict[str, Any]) -> dict[str, Any]:
    if state["me"]["role"] == "audience":
        return data
    # The event shows what an outsider sees: what is null there says nothing to the crew.
    before, status = state["session"], data["status"]
    return {
        **data,
        "room": {**data["room"], "host": before["room"]["host"]},
        "backstage_open": status == "scheduled" and before["backstage_open"],
        "idle_ends_at": before["idle_ends_at"] if status == "live" else None,
        "viewer_count": state["viewer_count"] if status == "live" else 0,
        "max_viewers": before["max_viewers"] if data["max_viewers"] is None else data["max_viewers"],
        "hls_url": before["hls_url"],
    }
