"""The message at the terminal once everything answers."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from webinar.serve.first_run import FirstHost
from webinar.serve.parts import ALL, Parts

RULE = "─" * 72


def announcement(*, parts: Parts, first_host: FirstHost | None, media: str | None) -> str:
    """A block with the address, the sign-in, and what is open or off. ``media`` says why video is off, if it is.

    A process that has not all ``parts`` says which, and where its health can be asked.
    """
    if parts != ALL:
        health = f"http://{settings.BIND}:{settings.PORT}/v1/webinar/health/ready"
        sentence = _("This process runs %(parts)s. Its health: %(health)s") % {
            "parts": ", ".join(parts),
            "health": health,
        }
        return _framed([sentence, *([media] if media else []), _("Ctrl-C stops it.")])
    rows = [(_("Address"), settings.BASE_URL)]
    if first_host is not None:
        rows.append((_("Sign in"), first_host.email))
        shown = first_host.password or _("the one in DEMO_HOST_PASSWORD")
        rows.append((_("Password"), f"{shown}   {_('(shown only now)')}" if first_host.password else shown))
    else:
        rows.append((_("Sign in"), _("with your account; a forgotten password: manage.py changepassword EMAIL")))
    rows.append((_("API"), f"{settings.BASE_URL}/v1/webinar/docs"))
    width = max(len(name) for name, _value in rows)
    lines = [f"{name:<{width}}  {value}" for name, value in rows]
    lines += ["", *_notes(media), _("Ctrl-C stops it.")]
    return _framed(lines)


def _framed(lines: list[str]) -> str:
    return "\n".join(["", RULE, *(f"  {line}" if line else "" for line in lines), RULE, ""])


def _notes(media: str | None) -> list[str]:
    if media is not None:
        return [media]
    host = urlsplit(settings.BASE_URL).hostname
    if not settings.PUBLIC_URL:
        return [
            _("Only this machine can open it: browsers allow cameras only on localhost or https."),
            _("For others to join, set PUBLIC_URL (see docs/going-public.md)."),
        ]
    if host in ("localhost", "127.0.0.1"):
        return []
    notes = []
    if settings.LIVEKIT_EMBEDDED:
        ports = {"tcp": settings.LIVEKIT_TCP_PORT, "udp": settings.LIVEKIT_UDP_PORT}
        notes.append(_("Media needs these ports open to the internet: TCP %(tcp)s and UDP %(udp)s.") % ports)
    if settings.RTMP_PORT:
        notes.append(_("Encoders such as OBS need TCP %(port)s open too (RTMP).") % {"port": settings.RTMP_PORT})
    if settings.BASE_URL.startswith("http://"):
        notes.append(_("PUBLIC_URL is not https: browsers will refuse cameras and microphones."))
    return notes
