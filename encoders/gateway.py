"""Answers the encoders' gateway: which session a stream key belongs to, and whether a stream may continue."""

from django.conf import settings
from django.utils.translation import gettext as _

from core.addresses import network_of
from core.errors import NotFound, TooMany
from core.guard import STREAM_KEY, guarded
from encoders.stream_keys import find_by_stream_key
from media.errors import MediaUnavailable
from media.ingests import health
from media.ingests.port import Gateway, IngestConfiguration, Limits, Listen
from media.ingests.supervisor import Admission, Ingests, Refusal
from media.livekit import client as livekit
from media.livekit.server import find_binary
from media.supervisor import with_connections
from sessions.livekit import identities
from sessions.models import Session


def takes_encoders() -> bool:
    """Whether encoders can push to this product: RTMP is on, and there is a media server to bring streams to."""
    return bool(settings.RTMP_PORT) and (not settings.LIVEKIT_EMBEDDED or find_binary() is not None)


def make_ingests() -> Ingests:
    """Make the supervisor's part for encoders, with the engine ``gateway``."""
    listen, limits = Listen(settings.RTMP_BIND, settings.RTMP_PORT), Limits(max_kbps=settings.RTMP_MAX_KBPS)
    return Ingests(
        lambda on_event, on_exit: Gateway(
            IngestConfiguration(listen, limits), with_connections(on_event), with_connections(on_exit)
        ),
        EncoderAuthorizer(),
    )


class EncoderAuthorizer:
    """Stream keys open the media room of their session from the opening of its backstage to its end."""

    def admit(self, *, ingest_key: str, address: str) -> Admission | Refusal:
        """Admit the encoder if the key belongs to an open session; wrong keys are counted by network."""
        found = self._judge(ingest_key, address)
        return found if isinstance(found, Refusal) else self._admission(found)

    def admit_whip(self, stream_key: str, address: str) -> str | Refusal:
        """LiveKit's token for an encoder that publishes by WHIP with its stream key as bearer token."""
        found = self._judge(stream_key, address)
        if isinstance(found, Refusal):
            return found
        return identities.whip_token(found, health.ingest_of(found.media_room), settings.AUDIENCE_TOKEN_LIFETIME)

    def _judge(self, key: str, address: str) -> Session | Refusal:
        try:
            with guarded(STREAM_KEY, network=network_of(address)):
                session = _session_of(key)
        except TooMany:
            return Refusal(_("Too many wrong stream keys came from your address. Try again in a minute."))
        except NotFound:
            return Refusal(_("This stream key is not known. Copy it again from the studio."))
        if not (session.is_live or session.is_backstage):
            if session.status == Session.Status.ENDED:
                return Refusal(_("This webinar is over."))
            return Refusal(_("The webinar is not open yet. Open its studio first, then start streaming."))
        return session

    def renew(self, room: str) -> Admission | None:
        """A new token once the media server has the room again; None while the crew hides the stage."""
        session = Session.objects.open().select_related("room__host").filter(pk=room).first()
        if session is None or session.is_stage_hidden:
            return None
        try:
            livekit.ensure_room(session.media_room)
        except MediaUnavailable:
            return None
        return self._admission(session)

    def dismissed(self, claims: dict[str, str]) -> dict[str, str]:
        """The streams whose session is over, or whose key was changed."""
        sessions = Session.objects.open().filter(pk__in=claims).values_list("pk", "stream_key_hash")
        valid = {str(session_id): key_hash for session_id, key_hash in sessions}
        over, changed = _("The webinar is over."), _("The stream key was changed. Enter the new one.")
        return {room: changed if room in valid else over for room, claim in claims.items() if valid.get(room) != claim}

    def _admission(self, session: Session) -> Admission:
        ingest = health.ingest_of(session.media_room)
        return Admission(
            room=session.media_room,
            claim=session.stream_key_hash,
            whip_url=f"{settings.LIVEKIT_URL}/whip/v1",
            token=identities.ingest_token(session, ingest),
        )


def _session_of(key: str) -> Session:
    session = find_by_stream_key(key)
    if session is None:
        raise NotFound
    return session
