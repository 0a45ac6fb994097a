"""The parts of the product that a process may run: all of them, or some beside other processes with the rest."""

from django.conf import settings
from django.utils.translation import gettext as _

from webinar.checks import parts_of_one_process
from webinar.serve.claims import CannotStart

#: What there is, in the order in which health and messages name it.
PAGES, SOCKETS, MEDIA, WORKER, BEAT = "pages", "sockets", "media", "worker", "beat"
ALL = (PAGES, SOCKETS, MEDIA, WORKER, BEAT)
#: Names for several of them.
TOGETHER = {"all": ALL, "web": (PAGES, SOCKETS)}

Parts = tuple[str, ...]


def read_parts(text: str) -> Parts:
    """The parts that ``--role`` names, as a list with commas. Raises CannotStart with one sentence."""
    words = [word for each in text.split(",") if (word := each.strip())]
    unknown = [word for word in words if word not in ALL and word not in TOGETHER]
    if unknown or not words:
        message = _("--role is a list of %(known)s, such as --role pages,sockets; %(word)s is none of them.")
        raise CannotStart(message % {"known": ", ".join(ALL), "word": repr(unknown[0] if unknown else text)[:80]})
    named = {part for word in words for part in TOGETHER.get(word, (word,))}
    return tuple(part for part in ALL if part in named)


def check_parts(parts: Parts) -> None:
    """Raises CannotStart where a process with these parts could not do its work."""
    if parts == ALL:
        return
    text = f"--role {','.join(parts)}"
    missing = parts_of_one_process(text, hint="or run `manage.py serve` alone")
    if missing:
        raise CannotStart("\n".join(f"{problem.msg} {problem.hint}" for problem in missing))
    if parts == (SOCKETS,) and settings.REALTIME_BROKER == "centrifugo":
        raise CannotStart(
            _("With REALTIME_BROKER=centrifugo browsers connect to Centrifugo: sockets has nothing to do.")
        )
    if parts == (MEDIA,) and not settings.MEDIA_SUPERVISOR and not settings.LIVEKIT_EMBEDDED:
        raise CannotStart(
            _("With LIVEKIT_URL and without MEDIA_SUPERVISOR there is nothing that the part media could do.")
        )
