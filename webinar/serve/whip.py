"""Who may do what over WHIP: an encoder, with its own connection.

LiveKit takes any token that joins a room. Here only encoders publish this way: whoever shows a stream key, or a token
that was made for an encoder. What they made is theirs: its address bears a mark of who made it, so nothing has to be
remembered and it holds after a restart too.
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

#: ``admit(stream key, client's address)`` gives LiveKit's token for it, or a refusal.
Admit = Callable[[str, str], str | Refusal]


@dataclass(frozen=True, slots=True)
class Encoder:
    """An encoder that proved itself. ``token`` is LiveKit's."""

    token: str
    room: str
    identity: str

    def mark(self, resource: str) -> str:
        """What tells that this encoder made a resource."""
        return keyed_hash(f"{self.room}\n{self.identity}\n{resource}", purpose="whip resource")[:32]

    def address(self, location: str) -> str | None:
        """The path of what LiveKit made for this encoder, with its mark; None for what is none of its resources."""
        resource = location.removeprefix(f"{WHIP}/")
        path = f"{WHIP}/{resource}.{self.mark(resource)}"
        return path if resource != location and RESOURCE.fullmatch(path) else None

    def made(self, path: str) -> str | None:
        """LiveKit's path of the resource at ``path``; None when another made it."""
        found = RESOURCE.fullmatch(path)
        if found is None or not hmac.compare_digest(found["mark"], self.mark(found["id"])):
            return None
        return f"{WHIP}/{found['id']}"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why somebody is no encoder, with the HTTP status for it."""

    status: int
    code: str
    sentence: str


def prove(authorization: str, *, address: str, admit: Admit) -> Encoder | Refused:
    """The encoder whose stream key or token this is; blocks for a look into the database."""
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
        return Refused(401, "not_authenticated", _("This token does not hold any more. Get a new one."))
    if not identities.is_ingest(claims.identity) or not claims.can_publish:
        return Refused(403, "not_allowed", _("This address is for encoders. Use the stream key or the WHIP token."))
    return Encoder(secret, claims.room, claims.identity)
