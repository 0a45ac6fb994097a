"""Prepared queries give what the queryset gives, whatever the values, and say what they cannot be made of."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from accounts.models import User
from core.prepared import LONGEST, prepared, prepared_update
from sessions.models import Session

pytestmark = pytest.mark.django_db


@prepared
def _by_ids(session_ids: list[UUID], before: datetime, title: str) -> QuerySet[Session]:
    rows = Session.objects.filter(pk__in=session_ids, scheduled_start_time__lt=before, title=title)
    return rows.select_related("room__library", "preset").order_by("pk")


@prepared
def _titles(duration: int) -> QuerySet[Session, str]:
    return Session.objects.filter(planned_duration=duration).values_list("title", flat=True)


@prepared
def _pairs(room_id: UUID) -> QuerySet[Session, tuple[UUID, datetime | None, bool]]:
    return Session.objects.filter(room=room_id).values_list("pk", "scheduled_start_time", "is_door_closed")


@prepared
def _locked(session_id: UUID) -> QuerySet[Session]:
    return Session.objects.select_for_update().filter(pk=session_id)


@prepared
def _decides(session_id: UUID, flag: int) -> QuerySet[Session]:
    return Session.objects.filter(pk=session_id) if flag else Session.objects.all()


@prepared
def _prefetches(session_id: UUID) -> QuerySet[Session]:
    return Session.objects.filter(pk=session_id).prefetch_related("room")


@pytest.mark.parametrize("more", [0, 1, 3, 30])
def test_rows_come_as_from_the_queryset_whatever_the_length_of_a_list(session, more, django_assert_num_queries):
    ids = [uuid4() for _ in range(more)] + [session.pk]
    _by_ids.all(session_ids=ids, before=timezone.now(), title="")

    with django_assert_num_queries(1):
        (found,) = _by_ids.all(session_ids=ids, before=timezone.now() + timedelta(days=2), title="Launch")
        assert (found.room.library, found.preset) == (session.room.library, session.preset)

    fields = [field.attname for field in Session._meta.concrete_fields]
    fresh = Session.objects.get(pk=session.pk)
    assert [getattr(found, name) for name in fields] == [getattr(fresh, name) for name in fields]
    found.title = "Another"
    found.save()
    assert Session.objects.get(pk=session.pk).title == "Another"


def test_each_value_counts(session):
    soon = timezone.now() + timedelta(days=2)
    assert _by_ids.all(session_ids=[session.pk], before=soon, title="Other") == []
    assert _by_ids.all(session_ids=[session.pk], before=timezone.now(), title="Launch") == []
    assert _by_ids.all(session_ids=[uuid4()], before=soon, title="Launch") == []
    assert _by_ids.all(session_ids=[], before=soon, title="Launch") == []
    assert _by_ids.first(session_ids=[], before=soon, title="Launch") is None


def test_values_come_converted(session):
    assert _titles.all(duration=60) == ["Launch"]
    assert _titles.all(duration=61) == []
    assert _pairs.all(room_id=session.room_id) == [(session.pk, session.scheduled_start_time, False)]


def test_a_page_and_whether_there_are_more_than_some(session, django_assert_num_queries):
    others = [Session.objects.create(room=session.room, preset=session.preset, title=f"S{n}") for n in range(3)]

    assert len(_pairs.page(1, 3, room_id=session.room_id)) == 2
    assert [pk for pk, *_rest in _pairs.page(0, 1, room_id=session.room_id)] == [others[-1].pk]
    assert _pairs.page(4, 8, room_id=session.room_id) == []
    assert _pairs.more_than(-1, room_id=session.room_id)
    with django_assert_num_queries(2):
        assert _pairs.more_than(3, room_id=session.room_id)
        assert not _pairs.more_than(4, room_id=session.room_id)


def test_a_lock_is_taken_only_in_a_transaction(session):
    with transaction.atomic():
        assert _locked.first(session_id=session.pk) == session


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_a_transaction_is_refused_where_there_are_locks(session):
    with transaction.atomic():
        _locked.first(session_id=session.pk)
    if connection.features.has_select_for_update:
        with pytest.raises(TransactionManagementError):
            _locked.first(session_id=session.pk)


def test_what_cannot_be_prepared_says_so(session):
    with pytest.raises(TypeError, match="flag"):
        _decides.all(session_id=session.pk, flag=1)
    with pytest.raises(TypeError, match="select_related"):
        _prefetches.all(session_id=session.pk)
    with pytest.raises(TypeError, match="takes session_id, flag"):
        _decides.all(session_id=session.pk)
    with pytest.raises(ValueError, match=str(LONGEST)):
        _by_ids.all(session_ids=[uuid4()] * (LONGEST + 1), before=timezone.now(), title="")
    with pytest.raises(TypeError, match="gives rows"):
        prepared(_dicts).all(name="x")


def _dicts(name: str) -> QuerySet[User]:
    return User.objects.filter(username=name).values("pk")


@prepared_update
def _renamed(session_id: UUID, title: str, now: datetime) -> tuple[QuerySet[Session], dict[str, Any]]:
    return Session.objects.filter(pk=session_id, created_at__lt=now), {"title": title}


def test_an_update_says_how_many_rows_it_changed(session, django_assert_num_queries):
    soon = timezone.now() + timedelta(days=1)
    for title in ("One", "Two"):
        assert _renamed.run(session_id=session.pk, title=title, now=soon) == 1
        assert Session.objects.get().title == title
    with django_assert_num_queries(1):
        assert _renamed.run(session_id=session.pk, title="Three", now=soon - timedelta(days=3)) == 0
    assert Session.objects.get().title == "Two"
