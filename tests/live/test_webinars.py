"""New webinar: room, session and preset's use in one go."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import Invalid, NotAllowed
from live.services import create_webinar
from rooms.models import Preset, Room
from sessions.models import Session
from tests.conftest import as_person


def test_it_makes_an_unlisted_room_with_one_session_and_uses_the_default_preset(host, preset):
    time = timezone.now() + timedelta(days=3)
    session = create_webinar(actor=as_person(host), title="Spring news", scheduled_start_time=time)
    assert (session.title, session.status, session.scheduled_start_time) == ("Spring news", "scheduled", time)
    assert (session.preset, session.room.host, session.room.visibility) == (preset, host, "unlisted")
    assert session.room.slug.startswith("spring-news-")
    assert Preset.objects.count() == 1


def test_without_any_preset_it_makes_a_default_one(host, preset):
    preset.delete()
    session = create_webinar(actor=as_person(host), title="First")
    assert (session.preset.is_default, session.preset.type, session.mode) == (True, "whip", "webcam")


def test_a_preset_of_somebody_else_leaves_nothing_behind(host, other_tenant):
    before = Room.objects.count()
    with pytest.raises(Invalid):
        create_webinar(actor=as_person(host), title="Mine", preset_id=other_tenant.preset.pk)
    assert (Room.objects.count(), Session.objects.count()) == (before, 0)


def test_guests_make_none(guest):
    with pytest.raises((NotAllowed, Invalid)):
        create_webinar(actor=as_person(guest), title="Mine")
