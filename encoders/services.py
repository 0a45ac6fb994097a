"""What the host enters in an encoder: server and key for RTMP, address and bearer token for WHIP."""

from dataclasses import dataclass, field

from django.conf import settings

from accounts.person import Person
from encoders.stream_keys import check_has_stream_key, rotate_stream_key
from media.ingests import health
from sessions.livekit import identities
from sessions.models import Session
from sessions.queries import complete_session
from sessions.rights.capabilities import Capabilities, capabilities, require
from sessions.stream_keys import stream_key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderSetup:
    """``rtmp_url`` is None where no encoder can push; the key and the token are secrets of the host.

    ``max_kbps``: the bit rate beyond which an encoder is disconnected (RTMP).
    """

    ingress_id: str
    rtmp_url: str | None
    stream_key: str = field(repr=False)
    whip_url: str
    whip_token: str = field(repr=False)
    max_kbps: int


def encoder_setup(session: Session, allowed: Capabilities) -> EncoderSetup | None:
    """The setup for the host; None for sessions from the browser, and for everybody else."""
    key = stream_key_of(session) if allowed.may_see_stream_key else None
    if key is None:
        return None
    ingest = health.ingest_of(session.media_room)
    # Our own origin accepts the stream key as bearer token; an external LiveKit server accepts only its own tokens.
    lifetime = settings.STUDIO_TOKEN_LIFETIME
    token = key if settings.LIVEKIT_EMBEDDED else identities.whip_token(session, ingest, lifetime)
    return EncoderSetup(
        ingress_id=str(ingest.pk),
        rtmp_url=settings.RTMP_URL or None,
        stream_key=key,
        whip_url=settings.WHIP_URL,
        whip_token=token,
        max_kbps=settings.RTMP_MAX_KBPS,
    )


def show_setup(*, actor: Person, session: Session) -> EncoderSetup:
    """What to enter in the encoder. Raises NotAllowed, NoneFound (from the browser), SessionEnded."""
    allowed = capabilities(actor, session)
    require(allowed.may_see_stream_key)
    check_has_stream_key(session)
    setup = encoder_setup(session, allowed)
    assert setup is not None
    return setup


def change_key(*, actor: Person, session: Session) -> EncoderSetup:
    """Change the key and return the new setup; the old key is invalid at once. Raises NotAllowed, NotFound, NoneFound,
    SessionEnded.
    """
    rotate_stream_key(actor=actor, session=session)
    return show_setup(actor=actor, session=complete_session(session.pk))
