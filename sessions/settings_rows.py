"""The settings of a session in a few words, for its page."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rooms.flags import FLAGS
from sessions.models import Session


@dataclass(frozen=True, slots=True)
class Row:
    """One setting; ``is_own``: the session has it instead of its preset or room."""

    label: str
    value: str
    is_own: bool = False


def settings_rows(session: Session) -> Iterator[Row]:
    """What counts for the session, and the chat rules that restrict anything; ``room`` should be loaded."""
    for kind in ("chat", "stage", "poll"):
        is_on = getattr(session, f"effective_{kind}_enabled")
        is_own = getattr(session, f"{kind}_enabled_override") is not None
        yield Row(str(FLAGS[f"{kind}_enabled"].label), _("on") if is_on else _("off"), is_own)
    yield Row(
        _("Places on stage"), str(session.effective_max_join_limit), is_own=session.max_join_limit_override is not None
    )
    if rules := list(_rules(session)):
        yield Row(_("Chat rules"), " · ".join(rules), is_own=True)
    if session.is_door_closed:
        yield Row(_("Locked"), _("nobody new comes in"), is_own=True)
    yield Row(
        _("Recordings are published"), str(session.effective_replay_publishing.label), bool(session.replay_publishing)
    )


def _rules(session: Session) -> Iterator[str]:
    if session.slow_mode:
        words = ngettext("a message every %(count)d second", "a message every %(count)d seconds", session.slow_mode)
        yield words % {"count": session.slow_mode}
    if session.chat_from == Session.ChatFrom.CREW:
        yield _("only the team writes")
    elif session.chat_from == Session.ChatFrom.REGISTERED:
        yield _("only the team and people with an account write")
    if session.hold_messages:
        yield _("messages wait for approval")
    if session.block_links:
        yield _("no links")
    if session.direct_to_crew_only:
        yield _("direct messages to the team only")
    if count := len(session.blocked_words):
        yield ngettext("%(count)d blocked word", "%(count)d blocked words", count) % {"count": count}
