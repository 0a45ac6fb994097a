"""The flags of a preset in words, in the groups of the editor, and the choices to begin from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rooms.models import Preset

Text = str | Promise

#: Flags of the contract that nothing reads yet: chat carries no files.
WITHOUT_EFFECT = ("host_chat_send_file", "audience_chat_send_file")
LIMIT = "max_join_limit"
#: The most that POST and PATCH of a preset take as ``max_join_limit``; an override takes as many as POST.
MOST_PLACES, MOST_PLACES_LATER = 100, 5


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: a ``label`` that says alone what it is about, and a sentence about what it does."""

    name: str
    label: Text
    help: Text


@dataclass(frozen=True, slots=True)
class Group:
    """Flags that stand together, and the number of places where it belongs to them."""

    key: str
    title: Text
    flags: tuple[Flag, ...]
    has_limit: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """A choice to begin from: ``changes`` differ from the defaults, everything else of ``COVERED`` is as by default."""

    key: str
    title: Text
    help: Text
    changes: Mapping[str, bool | int]


GROUPS = (
    Group(
        "host",
        _("Host and co-hosts"),
        (
            Flag(
                "host_camera_enabled",
                _("Host’s camera"),
                _("Host and co-hosts may switch their cameras on. Off: sound only, and the screen if allowed."),
            ),
            Flag(
                "host_screen_share",
                _("Host’s screen sharing"),
                _("Host and co-hosts may show a screen, window or tab."),
            ),
            Flag(
                "host_add_co_host",
                _("Co-hosts"),
                _("The host may make others co-hosts, who run the webinar with almost all of the host’s controls."),
            ),
        ),
    ),
    Group(
        "stage",
        _("On stage"),
        (
            Flag(
                "stage_enabled",
                _("Stage"),
                _(
                    "Speakers and attendees can be brought on stage. Off: only host and co-hosts are seen and heard. "
                    "It can be switched on and off while live too."
                ),
            ),
            Flag(
                "audience_stage_join_request",
                _("Raised hands"),
                _("Attendees may ask to come on stage. Off: the team brings people on unasked."),
            ),
            Flag(
                "onstage_camera_enabled",
                _("Cameras on stage"),
                _("Whoever is brought on stage may use a camera. Off: their voice, and the screen if allowed."),
            ),
            Flag(
                "onstage_screen_share",
                _("Screen sharing on stage"),
                _("Whoever is brought on stage may show a screen."),
            ),
            Flag(
                "onstage_viewer_view",
                _("Viewer count on stage"),
                _("People on stage see how many are watching, even where the audience does not."),
            ),
        ),
        has_limit=True,
    ),
    Group(
        "audience",
        _("The audience sees"),
        (
            Flag(
                "viewer_count_visible",
                _("Viewer count"),
                _("Everyone sees how many are watching. Off: only the team does."),
            ),
            Flag(
                "audience_can_see_participants",
                _("List of people"),
                _("Attendees see the names of all who are here. Off: only the team does."),
            ),
        ),
    ),
    Group(
        "moderators",
        _("Moderators"),
        (
            Flag(
                "moderator_manage_stage",
                _("Moderators run the stage"),
                _("They bring people on stage, take them off, pause the stage, ban people, and write captions."),
            ),
            Flag(
                "moderator_manage_chat",
                _("Moderators look after the chat"),
                _("They delete and approve messages, answer questions, set the chat rules, and ban people."),
            ),
            Flag(
                "moderator_manage_poll",
                _("Moderators run polls"),
                _("They launch polls, close them and show results."),
            ),
        ),
    ),
    Group(
        "chat",
        _("Chat"),
        (
            Flag(
                "chat_enabled",
                _("Chat"),
                _("Messages can be written. It can be switched on and off while live too."),
            ),
            Flag(
                "audience_chat_receive_message",
                _("Attendees read the chat"),
                _("They see the messages that are for everyone. Off: what they write reaches the team only."),
            ),
            Flag("audience_chat_send_text", _("Attendees write in the chat"), _("Off: only the team writes.")),
            Flag(
                "host_chat_receive_message",
                _("The team reads the chat"),
                _("Host, co-hosts and moderators see the messages."),
            ),
            Flag(
                "host_chat_send_text",
                _("The team writes in the chat"),
                _("Host, co-hosts and moderators write messages."),
            ),
        ),
    ),
    Group(
        "polls",
        _("Polls"),
        (
            Flag(
                "poll_enabled",
                _("Polls"),
                _("There are polls. They can be switched on and off while live too."),
            ),
            Flag("audience_poll_view", _("Attendees see polls"), _("Off: only the team sees questions and results.")),
            Flag("audience_poll_vote", _("Attendees vote"), _("Off: they see polls without choosing.")),
            Flag(
                "audience_poll_create",
                _("Attendees launch polls"),
                _("Everyone may put a question to all. Only the team closes polls."),
            ),
            Flag(
                "host_poll_create", _("Host and co-hosts launch polls"), _("Host and co-hosts launch and close polls.")
            ),
            Flag("host_poll_view", _("The team sees polls"), _("Host, co-hosts and moderators see polls and results.")),
            Flag("host_poll_vote", _("The team votes"), _("Host, co-hosts and moderators may vote too.")),
        ),
    ),
    Group(
        "recording",
        _("Recording"),
        (
            Flag(
                "recording_enabled",
                _("Record every webinar"),
                _(
                    "Recording starts as you go live, and everyone is told. "
                    "You can start and stop it in the studio too."
                ),
            ),
        ),
    ),
)

FLAGS: Mapping[str, Flag] = {flag.name: flag for group in GROUPS for flag in group.flags}

#: The groups that a choice to begin from sets; who the team is, and recording, are left as they are.
COVERED: tuple[str, ...] = (
    *(flag.name for group in GROUPS if group.key in ("stage", "audience", "chat", "polls") for flag in group.flags),
    LIMIT,
)

STARTS = (
    Start(
        "presentation",
        _("Presentation"),
        _("You present, the audience watches, writes and votes. Nobody of the audience comes on stage."),
        {"stage_enabled": False, "audience_stage_join_request": False},
    ),
    Start(
        "discussion",
        _("Discussion"),
        _("Everyone sees who is here, may raise a hand, come on stage and launch polls."),
        {"audience_can_see_participants": True, "audience_poll_create": True, LIMIT: 10},
    ),
    Start(
        "quiet",
        _("Quiet"),
        _("The audience watches and asks questions: no chat, no polls, no raised hands, no viewer count."),
        {
            "chat_enabled": False,
            "poll_enabled": False,
            "stage_enabled": False,
            "audience_stage_join_request": False,
            "viewer_count_visible": False,
        },
    ),
)


def default_of(name: str) -> bool | int:
    """The value of a new preset's field."""
    field = Preset._meta.get_field(name)
    assert isinstance(field, models.Field)
    value: bool | int = field.get_default()
    return value


def values_of(start: Start) -> dict[str, bool | int]:
    """All that ``start`` sets, by the name of the field."""
    return {name: start.changes.get(name, default_of(name)) for name in COVERED}


def differences(preset: Preset) -> Iterator[str]:
    """What of a preset's flags and places is not as by default, each in a few words: "Chat: off"."""
    for name in FLAGS:
        value = getattr(preset, name)
        if value != default_of(name):
            words = _now("%(flag)s: on") if value else _now("%(flag)s: off")
            yield words % {"flag": FLAGS[name].label}
    if preset.max_join_limit != default_of(LIMIT):
        yield _now("Places on stage: %(count)d") % {"count": preset.max_join_limit}
