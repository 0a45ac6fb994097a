"""The OpenAPI file: drf-spectacular, with this contract's authentication schemes, refusals and examples."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from core.api.examples import example_of

_METHODS = ("get", "post", "put", "patch", "delete")
_ERROR = {"$ref": "#/components/schemas/ErrorResponse"}
#: Sign-ins that a person may use instead of one another.
_SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"apiKey": []}, {"pageSession": []}]
_REFUSALS = {
    "400": ("unreadable", "The request body could not be read. Send valid JSON."),
    "401": ("not_authenticated", "Sign in first: send a valid access token or API key."),
    "403": ("not_allowed", "You are not allowed to do this."),
    "404": ("not_found", "This does not exist, or you cannot see it."),
    "409": ("conflict", "This is not possible in the present state."),
    "410": ("expired", "This link has expired. Ask for a new one."),
    "413": ("body_too_large", "The request body is too large: JSON may have 64 KiB."),
    "415": ("unsupported_media_type", "Send JSON with Content-Type: application/json."),
    "422": ("invalid", "Some fields are not valid. See errors."),
    "429": ("too_many_requests", "Too many requests. Wait a little, then try again."),
    "503": ("unavailable", "This part of the service is not available right now. Try again shortly."),
}


class OperationSchema(AutoSchema):
    """Names operations by group and action, so that generated clients read well."""

    def get_operation_id(self) -> str:
        action = getattr(self.view, "action", None) or self.method.lower()
        return f"{self.get_tags()[0].lower().replace(' ', '_')}_{action}"


class HeaderScheme(OpenApiAuthenticationExtension):
    """Bearer tokens and API keys."""

    target_class = "accounts.authentication.HeaderAuthentication"
    name = ["bearer", "apiKey"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        ]


class KeyScheme(HeaderScheme):
    """For operations that only look whether a key was sent."""

    target_class = "accounts.authentication.KeyAuthentication"


class PageSessionScheme(OpenApiAuthenticationExtension):
    """The session cookie of our own pages."""

    target_class = "accounts.authentication.PageSessionAuthentication"
    name = "pageSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "Only from our own pages; unsafe methods also need the X-CSRFToken header.",
        }


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of every operation of an OpenAPI document."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in _METHODS:
                yield path, method, operation


def finish_schema(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing hook of drf-spectacular: sign-in alternatives, refusals common to a kind, examples."""
    components = result["components"]["schemas"]
    # DRF tells the methods of an address as a set: in this order the file is the same each time it is written.
    result["paths"] = {
        path: {method: methods[method] for method in _METHODS if method in methods}
        for path, methods in result["paths"].items()
    }
    for path, method, operation in operations(result):
        if operation.get("security") != [{}]:
            operation["security"] = _SECURITY
            _add_refusal(operation, "403")
        if "{" in path:
            _add_refusal(operation, "404")
        # A body is read, also where none is needed; Centrifugo is answered 200 in its own form whatever it sends.
        if method != "get" and operation.get("tags") != ["Centrifugo"]:
            for status in ("400", "413", "415"):
                _add_refusal(operation, status)
        operation["responses"] = dict(sorted(operation["responses"].items()))
        for media in operation.get("requestBody", {}).get("content", {}).values():
            media.setdefault("example", example_of(media["schema"], components))
        for status, response in operation["responses"].items():
            for media in response.get("content", {}).values():
                media.setdefault("example", _reply_example(status, media["schema"], components))
    return result


def _add_refusal(operation: dict[str, Any], status: str) -> None:
    content = {"application/json": {"schema": dict(_ERROR)}}
    description = f"Refused: `{_REFUSALS[status][0]}`."
    operation["responses"].setdefault(status, {"content": content, "description": description})


def _reply_example(status: str, schema: dict[str, Any], components: dict[str, Any]) -> Any:
    if schema != _ERROR or status not in _REFUSALS:
        return example_of(schema, components)
    code, sentence = _REFUSALS[status]
    body = {"success": False, "error": sentence, "code": code, "message": None, "timestamp": 1777887000}
    if status == "422":
        fault = {"field": "title", "code": "min_length", "message": "Ensure this field has at least 3 characters."}
        body["errors"] = [fault]
    return body
