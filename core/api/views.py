"""The steps of every API operation: authenticate, read the body, find, allow, validate, one service, serialise.

The contract fixes the order of refusals: 401, 400, 404, 403, 422, 409. A view therefore looks its object up first, then
asks the capability, then calls :meth:`OperationViewSet.parse`, then the service (which repeats both checks under its
lock).
"""

from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_serializer,
    inline_serializer,
)
from pydantic import create_model
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.api.caching import for_caches
from core.api.caller import Caller, SignedIn, caller_of
from core.api.envelope import PublishedResponse
from core.api.idempotency import PARAMETER, once
from core.api.parsers import BodyTooLarge, UnsupportedType
from core.api.schema import refusal
from core.errors import Invalid, NotAllowed, NotAuthenticated, Problem, TooMany, Unreadable
from core.ids import parse_uuid
from core.published import Published
from core.refusals import once_more
from core.replies import InProgress, KeyReused
from core.tables import FORMATS

_LAST_PAGE = 1_000_000
#: Accept headers of browsers' fetch, of programs that send none, and of the usual libraries.
_TAKES_JSON = frozenset({"*/*", "application/json", "application/json, text/plain, */*"})
View = TypeVar("View", bound=Callable[..., Any])
SerializerClass = type[serializers.BaseSerializer[Any]]


@extend_schema_serializer(component_name="MessageResponse")  # the published name belongs to its envelope
class SuccessResponse(serializers.Serializer[Any]):
    """The result of an action that returns no object: a sentence."""

    message = serializers.CharField()


class FieldErrorResponse(serializers.Serializer[Any]):
    """One fault in the input."""

    field = serializers.CharField(help_text="Dotted path; empty for the body as a whole.")
    code = serializers.CharField()
    message = serializers.CharField()


class ErrorResponse(serializers.Serializer[Any]):
    """Every error: a sentence for people and a stable code for programs."""

    success = serializers.BooleanField()
    error = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField(allow_null=True, help_text="Technical detail, only with DEBUG.")
    errors = FieldErrorResponse(many=True, required=False)  # type: ignore[assignment]  # the contract's name
    timestamp = serializers.IntegerField()


class OperationViewSet(ViewSet):
    """Base of every API view: a known caller unless the operation is public, and a readable body."""

    body_limit: int | None = None
    keys_allowed = True
    """Whether API keys may call these operations."""
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]  # no OPTIONS: see the OpenAPI file

    @property
    def caller(self) -> Caller:
        return caller_of(self.request)

    def get_permissions(self) -> list[Any]:
        # Methods without a handler get 405, whoever calls.
        handler = getattr(self, self.action, None) if self.action else None
        return [AllowAny()] if handler is None or getattr(handler, "public", False) else [SignedIn()]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        handler = getattr(self, self.action, None) if self.action else None
        if handler is None:
            return
        if request.method in ("POST", "PUT", "PATCH", "DELETE"):
            request.data  # noqa: B018 — reads the body now: 400, 413 and 415 come before 404
        if self.caller.is_key and not self.keys_allowed:
            raise NotAllowed(_("API keys cannot be used here. Sign in as a person."))
        self._hold_to_session(handler)

    def _hold_to_session(self, handler: Any) -> None:
        """Tokens from an exchanged code are valid for the operations of one session only."""
        limit = self.caller.session_id
        if limit is None or getattr(handler, "for_limited_tokens", False):
            return
        if parse_uuid(self.kwargs.get("session_id")) != limit:
            raise NotAllowed(_("This sign-in is limited to one session. Sign in with your account for the rest."))

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """As DRF's, which takes every Accept header to pieces; most say that they take JSON."""
        if self.format_kwarg is None and request._request.META.get("HTTP_ACCEPT", "*/*") in _TAKES_JSON:
            renderer = self.get_renderers()[0]
            if renderer.media_type == "application/json":
                return renderer, renderer.media_type
        return super().perform_content_negotiation(request, force)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add caching headers; unchanged data is answered 304 to a caller who has it already."""
        return for_caches(request, super().finalize_response(request, response, *args, **kwargs))

    def parse(self, serializer: type[serializers.Serializer[Any]], **options: Any) -> dict[str, Any]:
        """The validated body. ``options`` go to the serializer (``instance``, ``partial``, ``context``)."""
        bound = serializer(data=self.request.data, **options)
        bound.is_valid(raise_exception=True)
        return dict(bound.validated_data)

    def reply(
        self, value: Any, serializer: SerializerClass | None = None, *, status: int = 200, secret: bool = False
    ) -> Response:
        """Return ``value``, a published object or what ``serializer`` takes, as the envelope's data.

        ``secret``: tokens, keys and lists of people, which no cache may keep.
        """
        headers = {"Cache-Control": "no-store"} if secret else None
        if isinstance(value, Published):
            return PublishedResponse(value, status=status, headers=headers)
        data = value if serializer is None else serializer(value, context={"person": self.caller}).data
        return Response(data, status=status, headers=headers)


def page_of(request: Request, *, default_limit: int = 10) -> tuple[int, int]:
    """``?page=1&limit=10`` → (page, limit). Raises Invalid for page < 1, limit outside 1–100 and non-numbers."""
    return number_in_query(request, "page", 1, 1, _LAST_PAGE), number_in_query(request, "limit", default_limit, 1, 100)


def number_in_query(request: Request, name: str, default: int, least: int, most: int) -> int:
    """The whole number ``name`` of the query string. Raises Invalid outside ``least``–``most``."""
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 12 and least <= int(text) <= most):
        message = _("%(name)s must be a whole number from %(least)s to %(most)s.")
        raise Invalid.field(name, message % {"name": name, "least": least, "most": most})
    return int(text)


def word_in_query(request: Request, name: str, known: Sequence[str], default: str) -> str:
    """A word of the query string. Raises Invalid for one that is not known."""
    word = request.query_params.get(name, default)
    if word != default and word not in known:
        raise Invalid.field(name, _("Choose one of: %(words)s.") % {"words": ", ".join(known)}, "invalid_choice")
    return word


def id_in_query(request: Request, name: str) -> UUID | None:
    """An id of the query string; None without one. Raises Invalid for what is no id."""
    text = request.query_params.get(name, "")
    known = parse_uuid(text) if text else None
    if text and known is None:
        raise Invalid.field(name, _("This is no id."), "invalid")
    return known


#: drf-spectacular's notation for an operation open to everyone.
NO_SIGN_IN: list[Any] = [{}]


def operation(
    tag: str,
    *,
    request: SerializerClass | None = None,
    reply: type[Published] | SerializerClass | Any = SuccessResponse,
    status: int = 200,
    errors: Sequence[type[Problem]] = (),
    public: bool = False,
    parameters: Sequence[OpenApiParameter] = (),
    operation_id: str | None = None,
    idempotent: Callable[..., object] | None = None,
    for_limited_tokens: bool = False,
    exports: bool = False,
    serves: str | None = None,
    or_existing: bool = False,
) -> Callable[[View], View]:
    """Declare an operation: its input, its answer and its errors; the OpenAPI file is generated from this.

    ``errors`` lists the problems beyond those that every operation of its kind has. The docstring is its summary.
    ``idempotent`` honours ``Idempotency-Key`` (for creates that need a known caller): called with the view and the
    address's parameters, it raises what the operation raises for callers without the right, before a kept reply is
    returned. ``for_limited_tokens`` opens the operation to tokens that are limited to one session although its address
    names none. ``exports``: instead of ``reply`` it answers with a download in the ``format`` of the query
    (``core.tables.export_response``). ``serves``: instead of ``reply`` it answers with a file of this media type, or a
    part of it. ``or_existing``: a create that answers 200 with the existing object.
    """
    if exports:
        parameters = [*parameters, _FORMAT]

    def declare(view: View) -> View:
        if idempotent and public:
            raise TypeError("An idempotent operation needs a known caller: kept replies belong to one.")
        # Credentials that are sent are always checked: invalid ones, and ones limited to something else, are refused.
        refusals = [*errors, *((KeyReused, InProgress, TooMany) if idempotent else ()), NotAuthenticated, NotAllowed]
        if request is not None:
            refusals += [Unreadable, BodyTooLarge, UnsupportedType]
        if request is not None or any(known.location == OpenApiParameter.QUERY for known in parameters):
            refusals.insert(0, Invalid)
        problems: dict[int, list[type[Problem]]] = {}
        for problem in refusals:
            problems.setdefault(problem.status, []).append(problem)
        responses: dict[Any, Any] = dict(_EXPORTED if exports else _served(serves) if serves else {})
        if not (exports or serves):
            envelope = enveloped(reply)  # type: ignore[arg-type]  # a class, which is hashable
            responses[status] = OpenApiResponse(envelope, description="Done.")
            if or_existing:
                responses[200] = OpenApiResponse(envelope, description="It already existed.")
        for code, kinds in sorted(problems.items()):
            responses[code] = refusal(ErrorResponse, kinds)
        decorated: View = extend_schema(
            tags=[tag],
            summary=(view.__doc__ or "").strip().split("\n")[0].rstrip("."),
            description=(view.__doc__ or "").strip(),
            request=request,
            responses=responses,
            parameters=[*parameters, *([PARAMETER] if idempotent else [])],
            operation_id=operation_id,
            auth=NO_SIGN_IN if public else None,
        )(_done_once(_tried_again(view), idempotent) if idempotent else _tried_again(view))
        decorated.public = public  # type: ignore[attr-defined]
        decorated.body = request  # type: ignore[attr-defined]
        decorated.for_limited_tokens = for_limited_tokens  # type: ignore[attr-defined]
        return decorated

    return declare


def _tried_again(view: View) -> View:
    """What the database refuses for nobody's fault is done again, inside what is done once (an Idempotency-Key)."""

    @wraps(view)
    def answer(self: OperationViewSet, request: Request, *args: Any, **kwargs: Any) -> Response:
        return once_more(lambda: view(self, request, *args, **kwargs))

    return cast("View", answer)


def _done_once(view: View, check: Callable[..., object]) -> View:
    @wraps(view)
    def answer(self: OperationViewSet, request: Request, *args: Any, **kwargs: Any) -> Response:
        return once(
            request,
            self.caller,
            lambda: view(self, request, *args, **kwargs),
            check=lambda: check(self, *args, **kwargs),
        )

    return cast("View", answer)


_FORMAT = OpenApiParameter("format", enum=list(FORMATS), default="csv", description="Of the file.")
#: A download has no envelope: a spreadsheet, or an array with one object for each row.
_EXPORTED = {
    (200, FORMATS["csv"]): OpenApiResponse(OpenApiTypes.STR, description="The file."),
    (200, FORMATS["xlsx"]): OpenApiResponse(OpenApiTypes.BINARY, description="The file."),
    (200, FORMATS["json"]): OpenApiResponse(
        {"type": "array", "items": {"type": "object", "additionalProperties": {}}}, description="The file."
    ),
}


def format_of(request: Request) -> str:
    """The format that ``?format=`` names, for operations that export."""
    return request.query_params.get("format", "csv")


def _served(media_type: str) -> dict[Any, Any]:
    """The possible responses of an operation that answers with a file."""
    return {
        (200, media_type): OpenApiResponse(OpenApiTypes.BINARY, description="The file."),
        (206, media_type): OpenApiResponse(OpenApiTypes.BINARY, description="The part that `Range` asked for."),
        302: OpenApiResponse(description="Redirect: the file is in a bucket."),
        304: OpenApiResponse(description="Not modified since the version that the request names."),
        412: OpenApiResponse(description="`If-Match` or `If-Unmodified-Since` names another version."),
        416: OpenApiResponse(description="The file has no such part."),
    }


@cache
def enveloped(reply: Any) -> Any:
    """The envelope around ``reply``, for the schema only; one component for each."""
    if isinstance(reply, type) and issubclass(reply, Published):
        return create_model(f"{reply.component}Envelope", __base__=Published, data=reply, success=bool, timestamp=int)
    field = reply() if isinstance(reply, type) else reply
    name = type(field).__name__
    return inline_serializer(
        name if reply is SuccessResponse else f"{name}Envelope",
        {"success": serializers.BooleanField(), "data": field, "timestamp": serializers.IntegerField()},
    )


def _whole(least: int, most: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most}


PAGING = (
    OpenApiParameter("page", _whole(1, _LAST_PAGE), description="From 1.", default=1),
    OpenApiParameter("limit", _whole(1, 100), description="1–100.", default=10),
)
