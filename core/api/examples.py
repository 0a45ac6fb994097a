"""Examples for the OpenAPI file, generated from the schemas so that they always match them."""

from typing import Any

_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
_TIME = "2026-05-04T09:30:00Z"

#: What a field of this name looks like in an example.
SAMPLES: dict[str, Any] = {
    "email": "host@example.com",
    "username": "Ada Lovelace",
    "display_name": "Grace",
    "password": "correct horse battery staple",
    "role": "host",
    "access_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMTg5MGE1ZCJ9.c2lnbmF0dXJl",
    "refresh_token": "rt_Zk3x9vQ0mXr7pB1cH5sT2wYkJ8nL4dG6",
    "device_token": "dt_Pq8w3eR5tY7uI9oA1sD2fG4hJ6kL0zX",
    "code": "ac_b7Qn2Lx9Vt4Rk1Ws8Zp3Md6Hf5Jy0Gc",
    "expires_in": 300,
    "external_user_id": None,
    "title": "Spring launch",
    "description": "What is new this year, with time for questions.",
    "container_id": "GTM-ABC123",
    "name": "Standard",
    "type": "whip",
    "primary_color": "#1d4ed8",
    "logo": None,
    "logo_destination_url": "https://example.com/",
    "max_join_limit": 5,
    "mode": "webcam",
    "status": "scheduled",
    "planned_duration": 60,
    "started_at": None,
    "ended_at": None,
    "duration": None,
    "scheduled_start_time": "2026-06-01T16:00:00Z",
    "viewer_count": 42,
    "max_viewers": 57,
    "hls_url": None,
    "chat_enabled_override": None,
    "stage_enabled_override": None,
    "max_join_limit_override": None,
    "effective_max_join_limit": 5,
    "active_session_id": None,
    "rtmp_url": None,
    "stream_key": None,
    "rtmp": None,
    "rtmp_setup": None,
    "livekit_token": "eyJhbGciOiJIUzI1NiJ9.eyJ2aWRlbyI6e319.c2lnbmF0dXJl",
    "livekit_url": "wss://webinar.example.com/livekit",
    "whip_token": None,
    "whip_url": "https://webinar.example.com/livekit/whip/v1",
    "room_name": _ID,
    "transport": "websocket",
    "ticket": "tk_W4xN8mQ2rT6vB0cY5sK9dF3gH7jL1pZ",
    "url": "wss://webinar.example.com/v1/webinar/socket",
    "topics": [f"session:{_ID}:lobby"],
    "connected_elsewhere": False,
    "page": 1,
    "limit": 10,
    "total": 1,
    "total_sessions": 12,
    "live_now": 1,
    "scheduled": 3,
    "ended": 8,
    "timestamp": 1777887000,
    "success": True,
    "message": "Done.",
}


def example_of(schema: dict[str, Any], components: dict[str, Any], name: str = "") -> Any:
    """A value that ``schema`` accepts; ``name`` is the field's, for a realistic choice."""
    if "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if name in SAMPLES and _fits(SAMPLES[name], kinds, _choices(schema, components)):
        return SAMPLES[name]
    for ready in ("example", "default"):
        if ready in schema:
            return schema[ready]
    for choice in ("allOf", "oneOf", "anyOf"):
        if choice in schema:
            return example_of(schema[choice][0], components, name)
    if "properties" in schema:
        return {key: example_of(value, components, key) for key, value in schema["properties"].items()}
    if "array" in kinds:
        return _items(schema, example_of(schema["items"], components))
    return _scalar(schema, kinds)


def _items(schema: dict[str, Any], first: Any) -> list[Any]:
    """As many items as required; texts differ from each other, because many lists must not repeat an item."""
    wanted = max(1, schema.get("minItems", 1))
    return [first, *(f"{first} {number}" if isinstance(first, str) else first for number in range(2, wanted + 1))]


def _scalar(schema: dict[str, Any], kinds: list[Any]) -> Any:
    if schema.get("enum"):
        return schema["enum"][0]
    if "object" in kinds:
        return {}
    if "boolean" in kinds:
        return True
    if "integer" in kinds or "number" in kinds:
        return schema.get("minimum", 0)
    match schema.get("format"):
        case "uuid":
            return _ID
        case "date-time":
            return _TIME
        case "email":
            return SAMPLES["email"]
        case "uri":
            return "https://webinar.example.com/"
    return "text" if "string" in kinds else None


def _choices(schema: dict[str, Any], components: dict[str, Any]) -> list[Any] | None:
    for part in [schema, *schema.get("allOf", []), *schema.get("oneOf", [])]:
        known = components[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        if "enum" in known:
            return list(known["enum"])
    return None


def _fits(value: Any, kinds: list[Any], choices: list[Any] | None) -> bool:
    if choices is not None:
        return value in choices
    match value:
        case None:
            return "null" in kinds
        case bool():
            return "boolean" in kinds
        case int():
            return "integer" in kinds or "number" in kinds
        case str():
            return "string" in kinds
        case list():
            return "array" in kinds
    return False
