"""How each event about a session as a whole comes to be told."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.person import Person
from chat.services import send_message
from live.services import moderating
from questions import services as questions
from realtime.outbox import emit
from sessions import lifecycle
from sessions.events import HostAudio, HostVideo, SessionSettings
from sessions.models import Attendance, Session
from sessions.moderation import services
from sessions.people import attendance, names, presence, roles
from sessions.rights.capabilities import Role
from stage.places import put_on_stage


def go_live(session, guest, host):
    lifecycle.go_live(session)


def end(session, guest, host):
    lifecycle.end(session)


def reschedule(session, guest, host):
    lifecycle.reschedule(session, timezone.now() + timedelta(days=9))


def change_settings(session, guest, host):
    session.chat_enabled_override = False
    session.max_join_limit_override = 7
    session.save()
    emit(SessionSettings.of(session))


def switch_camera(session, guest, host):
    session.host_video_enabled = True
    session.save()
    emit(HostVideo.of(session))


def switch_microphone(session, guest, host):
    session.host_audio_enabled = True
    session.save()
    emit(HostAudio.of(session))


def warn(session, guest, host):
    now = timezone.now()
    Session.objects.filter(pk=session.pk).update(last_active_at=now)
    session.last_active_at = now
    lifecycle.warn_or_end_abandoned(session, now + timedelta(minutes=12))


def a_viewer_comes(session, guest, host):
    presence.mark_livekit(session, {guest.pk: Role.AUDIENCE})
    Session.objects.filter(pk=session.pk).update(max_viewers=0)  # the peak is not told, only the present number


def expire(session, guest, host):
    lifecycle.expire(session, session.scheduled_start_time + settings.EXPIRE_AFTER)


def give_a_role(session, guest, host):
    grace = User.objects.create_user(username="Grace", is_guest=True)
    return roles.give(session, grace, "moderator", by=host)[0]


def change_and_take_a_role(session, guest, host):
    row = give_a_role(session, guest, host)
    roles.give(session, row.user, "speaker", by=host)
    kept = User.objects.create_user(username="Ada", is_guest=True)
    roles.give(session, kept, "speaker", by=host)
    roles.record_join(session, kept)
    attendance.record_join(session, kept, role=Role.SPEAKER)
    attendance.record_leave(session, kept.pk)
    roles.take(roles.role_of(session, row.user_id))


def people_are_renamed(session, guest, host):
    """Host and guest, who is on stage and asked something: names in lists follow, those of messages stay."""
    put_on_stage(session, guest)
    asked = questions.ask(actor=Person(user=guest), session=session, text="How long?")
    questions.answer(actor=Person(user=host), question=asked, answer="An hour.")
    send_message(actor=Person(user=guest), session=session, text="Hello")
    Attendance.objects.get_or_create(session=session, user=host)
    for user, name in ((guest, "Ada"), (host, "Charles")):
        former = user.username
        user.username = name
        user.save()
        names.follow_rename(user, former)


def change_rules(session, guest, host):
    strict = {"slow_mode": 30, "chat_from": "crew", "hold_messages": True, "blocked_words": ["spam"]}
    services.change_rules(actor=Person(user=host), session=session, **strict)


def ban(session, guest, host):
    moderating.ban(actor=Person(user=host), session=session, user_id=guest.pk, reason="Noise")


#: Not here: session.cancelled, after which there is no state, and rights.changed, which no client gets.
HAPPENINGS = {
    "role.added": (True, give_a_role),
    "role.removed": (True, change_and_take_a_role),
    "person.renamed": (True, people_are_renamed),
    "session.live": (False, go_live),
    "session.ended": (True, end),
    "session.expired": (False, expire),
    "session.rescheduled": (False, reschedule),
    "session.settings": (True, change_settings),
    "session.idle": (True, warn),
    "session.moderation": (True, change_rules),
    "you.banned": (True, ban),
    "host.video": (True, switch_camera),
    "host.audio": (True, switch_microphone),
    "presence.count": (True, a_viewer_comes),
}
