"""Who may do what over WHIP: an encoder, with its own connection.

LiveKit accepts any token that joins a room. Here only encoders may publish this way: with a stream key, or with a token
that was made for an encoder. The address of what they made contains a mark of its maker, so that nothing has to be
stored and it works after a restart too.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.secrets import keyed_hash
from media.ingests.supervisor import Refusal
from media.livekit import client as livekit
from sessions.livekit import identities
from sessions.stream_keys import PREFIX as STREAM_KEY
from webinar.serve.proxy_rules import RESOURCE, WHIP

#: ``admit(stream key, client's address)`` returns LiveKit's token for it, or a refusal.
Admit = Callable[[str, str], str | Refusal]


@dataclass(frozen=True, slots=True)
class Encoder:
    """An authenticated encoder. ``token`` is LiveKit's."""

    token: str
    room: str
    identity: str

    def mark(self, resource: str) -> str:
        """The mark of resources that this encoder made."""
        return keyed_hash(f"{self.room}\n{self.identity}\n{resource}", purpose="whip resource")[:32]

    def address(self, location: str) -> str | None:
        """The path of what LiveKit made for this encoder, with its mark; None if it is not a resource of LiveKit."""
        resource = location.removeprefix(f"{WHIP}/")
        path = f"{WHIP}/{resource}.{self.mark(resource)}"
        return path if resource != location and RESOURCE.fullmatch(path) else None

    def made(self, path: str) -> str | None:
        """LiveKit's path of the resource at ``path``; None if another encoder made it."""
        found = RESOURCE.fullmatch(path)
        if found is None or not hmac.compare_digest(found["mark"], self.mark(found["id"])):
            return None
        return f"{WHIP}/{found['id']}"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the request is refused, with its HTTP status."""

    status: int
    code: str
    sentence: str


def prove(authorization: str, *, address: str, admit: Admit) -> Encoder | Refused:
    """The encoder of this stream key or token; blocks for a database query."""
    scheme, _space, secret = authorization.partition(" ")
    if scheme.lower() != "bearer" or not secret:
        return Refused(401, "not_authenticated", _("Send the stream key or the WHIP token as bearer token."))
    if secret.startswith(STREAM_KEY):
        answer = admit(secret, address)
        if isinstance(answer, Refusal):
            return Refused(403, "stream_key_refused", answer.description)
        secret = answer
    claims = livekit.read_token(secret)
    if claims is None:
        return Refused(401, "not_authenticated", _("This token is no longer valid. Get a new one."))
    if not identities.is_ingest(claims.identity) or not claims.can_publish:
        return Refused(403, "not_allowed", _("This address is for encoders. Use the stream key or the WHIP token."))
    return Encoder(secret, claims.room, claims.identity)
