"""A session is read with what its rights need; what was left out is there when somebody asks for it."""

import pytest

from rooms.models import PRESET_FLAGS
from sessions.lifecycle import frozen
from sessions.models import Session
from sessions.queries import complete_session

pytestmark = pytest.mark.django_db


def test_what_rights_and_replies_need_is_read_at_once(session, django_assert_num_queries):
    complete_session(session.pk)
    with django_assert_num_queries(1):
        found = complete_session(session.pk)
        assert found.room.host.username
        assert found.room.library.organization.is_active
        flags = [found.flag(name) for name in PRESET_FLAGS]
    expected = Session.objects.get(pk=session.pk)
    assert flags == [expected.flag(name) for name in PRESET_FLAGS]
    assert frozen(found.preset) == frozen(expected.preset)


def test_what_was_left_out_is_read_when_it_is_asked_for(session, host, django_assert_num_queries):
    found = complete_session(session.pk)
    with django_assert_num_queries(1):
        assert found.room.host.password == host.password
    with django_assert_num_queries(0):
        assert found.room.host.password == host.password
