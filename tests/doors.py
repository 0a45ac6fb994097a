"""Every place where people's words come in, each as a door: a function that sends words in and says what was kept."""

from dataclasses import dataclass
from types import SimpleNamespace

from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.person import Person
from captions.models import CaptionLine
from chat.models import ChatMessage, ChatReport, TeamMessage
from core.errors import Invalid
from organizations.models import Library, Organization
from pages.forms import InvitationForm
from polls.models import Poll, PollOption
from questions.models import Question
from recordings.models import Recording, TextTrack
from recordings.tracks import add_track
from rooms.models import Preset, Room
from sessions.models import Ban, Invitation, Session
from sessions.queries import find_session
from sockets.commands import COMMANDS
from stage.models import HandRaise
from tests.conftest import API, client_for
from tests.recordings.conftest import make_recording
from tests.surveys import doors as surveys


class Refused(Exception):
    """With the code of the fault."""


@dataclass
class World:
    """Somebody of each kind, in a live session, and all that words can be written to."""

    host: User
    guest: User
    room: Room
    session: Session
    preset: Preset
    client: object

    def __post_init__(self):
        self.organization = self.room.library.organization
        self.here = f"/sessions/{self.session.pk}"

    def call(self, who, method, path, body, *, field, **options):
        """An operation; its refusal must name ``field``."""
        reply = getattr(client_for(who), method)(API + path, body, **{"format": "json", **options})
        if reply.status_code == 422:
            fault = reply.json()["errors"][0]
            assert fault["field"].split(".")[0] == field
            raise Refused(fault["code"])
        assert reply.status_code in {200, 201}, reply.content.decode()
        return reply.json()["data"]

    def command(self, who, name, data):
        """A socket's command; refusals there have no field."""
        person = Person(user=who)
        try:
            return COMMANDS[name](person, find_session(person, self.session.pk), data)
        except Invalid as problem:
            raise Refused from problem

    def page(self, who, path, data, *, form="form"):
        """A page's form. A faulty one is shown again."""
        if who is not None:
            self.client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
        response = self.client.post(path, data)
        if response.status_code == 302:
            return response
        faulty = response.context[form]
        codes = [fault.code for faults in faulty.errors.as_data().values() for fault in faults]
        raise Refused("blank" if codes == ["required"] else codes)

    def admin(self, row, typed, *, field):
        """The admin's own form for ``row``, made as the admin makes it for somebody who may do everything there."""
        superuser = User(is_superuser=True, is_staff=True)
        kind = admin.site._registry[type(row)].get_form(
            SimpleNamespace(user=superuser), row, change=True, fields=[field]
        )
        form = kind({field: typed}, instance=row)
        if not form.is_valid():
            raise Refused("blank" if "required" in str(form.errors.as_data()) else form.errors)
        form.save()


def newest(model):
    return model.objects.order_by("pk").last()


def by_api_guest(world, typed):
    return world.call(None, "post", "/auth/viewer/register", {"display_name": typed}, field="display_name")["user"][
        "username"
    ]


def by_page_guest(world, typed):
    world.client.logout()
    world.client.cookies.clear()
    before = User.objects.count()
    world.client.post(f"/w/{world.room.slug}", {"display_name": typed})
    if User.objects.count() == before:
        raise Refused("blank")
    return newest(User).username


def by_page_account(world, typed):
    world.page(world.host, "/account", {"username": typed, "time_zone": ""})
    world.host.refresh_from_db()
    return world.host.username


def by_api_room(world, typed):
    world.call(world.host, "post", "/rooms", {"title": typed}, field="title")
    return newest(Room).title


def by_api_description(world, typed):
    world.call(world.host, "patch", f"/rooms/{world.room.pk}", {"description": typed}, field="description")
    world.room.refresh_from_db()
    return world.room.description


def by_page_room(world, typed):
    data = {"title": typed, "description": "", "visibility": "public"}
    world.page(world.host, f"/rooms/{world.room.pk}/edit", data)
    world.room.refresh_from_db()
    return world.room.title


def by_page_webinar(world, typed):
    data = {"title": typed, "when": "now", "visibility": "unlisted", "planned_duration": "60", "time_zone": "UTC"}
    world.page(world.host, "/webinars/new", data)
    return newest(Session).title


def by_api_session(world, typed):
    body = {"title": typed, "preset_id": str(world.preset.pk)}
    world.call(world.host, "post", f"/rooms/{world.room.pk}/sessions", body, field="title")
    return newest(Session).title


def by_api_edited_session(world, typed):
    world.call(world.host, "patch", world.here, {"title": typed}, field="title")
    return Session.objects.get(pk=world.session.pk).title


def by_page_edited_session(world, typed):
    world.page(world.host, f"{world.here}/edit", {"title": typed, "description": "", "time_zone": "UTC"})
    return Session.objects.get(pk=world.session.pk).title


def by_page_poll(world, typed):
    world.page(world.host, f"{world.here}/polls", {"question": typed, "options": "red\nblue"})
    return newest(Poll).question


def by_page_session(world, typed):
    data = {"title": typed, "planned_duration": "60", "preset_id": str(world.preset.pk), "time_zone": "UTC"}
    world.page(world.host, f"/rooms/{world.room.pk}/sessions/new", data)
    return newest(Session).title


def by_api_preset(world, typed):
    body = {"name": typed, "type": "whip", "primary_color": "#00aa00"}
    return world.call(world.host, "post", "/presets", body, field="name")["name"]


def by_page_preset(world, typed):
    data = {"name": typed, "primary_color": "#00aa00", "logo_destination_url": "", "max_join_limit": "5"}
    world.page(world.host, "/presets/new", data)
    return newest(Preset).name


def by_api_poll(world, typed):
    body = {"question": typed, "options": ["Yes", "No"]}
    world.call(world.host, "post", f"{world.here}/polls", body, field="question")
    return newest(Poll).question


def by_api_option(world, typed):
    body = {"question": "Which?", "options": [typed, "Something else"]}
    world.call(world.host, "post", f"{world.here}/polls", body, field="options")
    return PollOption.objects.filter(poll=newest(Poll)).order_by("pk").first().text


def by_api_question(world, typed):
    world.call(world.guest, "post", f"{world.here}/questions", {"text": typed}, field="text")
    return newest(Question).text


def by_socket_question(world, typed):
    world.command(world.guest, "question.ask", {"text": typed})
    return newest(Question).text


def by_api_answer(world, typed):
    question = Question.objects.create(session=world.session, user=world.guest, text="Why?")
    world.call(world.host, "post", f"/questions/{question.pk}/answer", {"answer": typed}, field="answer")
    question.refresh_from_db()
    return question.answer


def by_api_message(world, typed):
    world.call(world.host, "post", f"{world.here}/chat", {"message": typed}, field="message")
    return newest(ChatMessage).text


def by_api_team_message(world, typed):
    world.call(world.host, "post", f"{world.here}/team_chat", {"message": typed}, field="message")
    return newest(TeamMessage).text


def by_api_lobby_message(world, typed):
    Session.objects.filter(pk=world.session.pk).update(status="scheduled", started_at=None)
    return world.call(world.host, "put", f"{world.here}/lobby_message", {"message": typed}, field="message")["message"]


def by_socket_message(world, typed):
    world.command(world.guest, "chat.send", {"message": typed})
    return newest(ChatMessage).text


def by_api_report(world, typed):
    message = ChatMessage.objects.create(
        session=world.session,
        user=world.host,
        username="Host",
        role="host",
        text="Hi",
        published_at=world.session.started_at,
    )
    body = {"reason": typed}
    world.call(world.guest, "post", f"{world.here}/chat/{message.pk}/report", body, field="reason")
    return newest(ChatReport).reason


def by_api_hand(world, typed):
    HandRaise.objects.all().delete()
    world.call(world.guest, "post", f"{world.here}/stage/raise_hand", {"message": typed}, field="message")
    return newest(HandRaise).message


def by_socket_hand(world, typed):
    HandRaise.objects.all().delete()
    world.command(world.guest, "hand.raise", {"message": typed})
    return newest(HandRaise).message


def by_api_ban(world, typed):
    Ban.objects.all().delete()
    body = {"user_id": str(world.guest.pk), "reason": typed}
    world.call(world.host, "post", f"{world.here}/bans", body, field="reason")
    return newest(Ban).reason


def by_api_recording(world, typed):
    recording = Recording.objects.first() or make_recording(world.session)
    return world.call(world.host, "patch", f"/recordings/{recording.pk}", {"name": typed}, field="name")["name"]


def by_page_recording(world, typed):
    recording = Recording.objects.first() or make_recording(world.session)
    world.page(world.host, f"/recordings/{recording.pk}/rename", {"name": typed})
    return Recording.objects.get(pk=recording.pk).name


def by_api_label(world, typed):
    recording = Recording.objects.first() or make_recording(world.session)
    TextTrack.objects.all().delete()
    body = {"file": _captions("Hello"), "language": "en", "label": typed}
    path = f"/recordings/{recording.pk}/tracks"
    return world.call(world.host, "post", path, body, field="label", format="multipart")["label"]


def by_file_of_captions(world, typed):
    recording = Recording.objects.first() or make_recording(world.session)
    TextTrack.objects.all().delete()
    lines = " ".join(typed.splitlines())  # each would begin another line of the file
    try:
        add_track(
            actor=Person(user=world.host), recording=recording, raw=_captions(lines).read(), language="en", label="x"
        )
    except Invalid as problem:
        raise Refused(*(fault.code for fault in problem.errors)) from problem
    return newest(TextTrack).text.partition("00:00:02.000\n")[2].removesuffix("\n")


def _captions(line):
    return SimpleUploadedFile("a.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.000\n{line}\n".encode())


def by_api_caption(world, typed):
    world.call(world.host, "post", f"{world.here}/captions", {"text": typed}, field="text")
    return newest(CaptionLine).text


def by_api_invitation(world, typed):
    body = {"name": typed, "role": "speaker"}
    world.call(world.host, "post", f"{world.here}/invitations", body, field="name")
    return newest(Invitation).name


def by_api_changed_invitation(world, typed):
    made = world.call(world.host, "post", f"{world.here}/invitations", {"name": "Ada", "role": "speaker"}, field="name")
    world.call(world.host, "patch", f"{world.here}/invitations/{made['id']}", {"name": typed}, field="name")
    return newest(Invitation).name


def by_api_own_name(world, typed):
    return world.call(world.host, "patch", f"{world.here}/participants/me", {"name": typed}, field="name")["username"]


def by_page_invitation(world, typed):
    form = InvitationForm({"name": typed, "role": "speaker"}, may_add_co_hosts=True)
    if not form.is_valid():
        raise Refused("blank" if "required" in str(form.errors.as_data()) else form.errors)
    return form.cleaned_data["name"]


def by_api_blocked_word(world, typed):
    return world.call(
        world.host, "patch", f"{world.here}/moderation", {"blocked_words": [typed]}, field="blocked_words"
    )["blocked_words"][0]


def by_admin_user(world, typed):
    world.admin(world.guest, typed, field="username")
    return User.objects.get(pk=world.guest.pk).username


def by_admin_organization(world, typed):
    world.admin(world.organization, typed, field="name")
    return Organization.objects.get(pk=world.organization.pk).name


def by_admin_library(world, typed):
    world.admin(world.room.library, typed, field="name")
    return Library.objects.get(pk=world.room.library.pk).name


def by_admin_room(world, typed):
    world.admin(world.room, typed, field="description")
    return Room.objects.get(pk=world.room.pk).description


def by_admin_session(world, typed):
    world.admin(world.session, typed, field="title")
    return Session.objects.get(pk=world.session.pk).title


def by_admin_preset(world, typed):
    world.admin(world.preset, typed, field="name")
    return Preset.objects.get(pk=world.preset.pk).name


def by_command(world, typed):
    User.objects.filter(email="new@example.com").delete()
    try:
        call_command("create_host", "new@example.com", password="correct horse battery", name=typed, organization="New")
    except CommandError as problem:
        raise Refused("blank") from problem
    return User.objects.get(email="new@example.com").username


DOORS = {name: door for name, door in list(globals().items()) if name.startswith("by_")} | surveys.DOORS
#: Where words may be left out: what nobody sees is none.
MAY_BE_EMPTY = {"by_api_description", "by_api_answer", "by_api_report", "by_api_hand", "by_socket_hand"} | {
    "by_api_ban", "by_admin_room", "by_page_survey"
}  # fmt: skip
#: Where several lines are kept.
SEVERAL_LINES = {"by_api_description", "by_api_poll", "by_api_question", "by_socket_question", "by_api_answer"} | {
    "by_api_message", "by_api_team_message", "by_socket_message", "by_api_report", "by_api_ban", "by_admin_room",
    "by_page_poll", "by_api_survey_answer",
}  # fmt: skip
#: Its whole file holds nothing then.
BLANK_FILE = {"by_file_of_captions"}
#: A name of the language stands in for it.
HAS_DEFAULT = {"by_api_label"}
