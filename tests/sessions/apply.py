"""What a client does with the events of a session as a whole, as static/js/state/session.js does it."""


def _session(state, data):
    return {**state, "session": _seen(data, state)}


def _ended(state, data):
    count = None if state["viewer_count"] is None else 0
    return {**_session(state, data), "viewer_count": count, "host": {"video": False, "audio": False}}


def _count(state, data):
    session = state["session"]
    if session["status"] == "live":
        session = {**session, "viewer_count": data["viewer_count"]}
    return {**state, "session": session, "viewer_count": data["viewer_count"]}


def _host(kind):
    return lambda state, data: {**state, "host": {**state["host"], kind: data["enabled"]}}


def _seen(data, state):
    if state["me"]["role"] in ("audience", "speaker"):
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


APPLY = {
    **dict.fromkeys(("session.live", "session.expired", "session.rescheduled", "session.settings"), _session),
    "session.ended": _ended,
    "session.cancelled": lambda state, data: state,  # nothing is left to show; the socket is closed for good
    "session.idle": lambda state, data: {**state, "session": {**state["session"], "idle_ends_at": data["ends_at"]}},
    "host.video": _host("video"),
    "host.audio": _host("audio"),
    "presence.count": _count,
}
