"""``Idempotency-Key`` on creates: repeating a request does nothing twice and returns the same answer.

A key belongs to its caller (a person, an API key, a sign-in limited to one session), method and address for 24 hours.
Only successful replies are kept (encrypted: some carry secrets). They are replayed only while the caller still has the
right to the operation. A refused request frees its key, so that the corrected request can use it.
"""

import json
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from core import replies
from core.api.caller import Caller
from core.errors import Invalid
from core.secrets import hash_token, keyed_hash

HEADER = "Idempotency-Key"
PARAMETER = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="Any string of your own, 1–255 characters. Repeating it with the same body within 24 hours returns the "
    "first reply and creates nothing twice.",
)
_KEPT_HEADERS = ("Cache-Control", "Location")


def once(request: Request, caller: Caller, act: Callable[[], Response], *, check: Callable[[], object]) -> Response:
    """Return the answer of ``act``, or the reply kept from the first time.

    ``check`` raises what ``act`` would for a caller without the right; it runs before a kept reply is returned. Raises
    Invalid (malformed key), TooMany, KeyReused (422: this key came with another body), InProgress (409 with
    Retry-After).
    """
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    if not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise Invalid.field(HEADER, _("An Idempotency-Key has 1–255 printable ASCII characters."))
    body = json.dumps(request.data, sort_keys=True, cls=JSONEncoder)
    reservation = replies.reserve(
        scope=hash_token("\n".join([caller.identity, str(request.method), request.get_full_path(), key])),
        body=keyed_hash(body, purpose="idempotent request"),
        caller=caller.identity,
    )
    if reservation.kept is not None:
        check()
        kept = reservation.kept
        return Response(kept["data"], kept["status"], headers={**kept["headers"], "Idempotency-Replayed": "true"})
    try:
        response = act()
    except Exception:
        reservation.free()
        raise
    if response.status_code < 300:
        headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
        reservation.keep({"status": response.status_code, "data": _plain(response.data), "headers": headers})
    else:
        reservation.free()
    return response


def _plain(data: Any) -> Any:
    return json.loads(json.dumps(data, cls=JSONEncoder))
