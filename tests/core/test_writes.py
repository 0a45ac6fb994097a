"""Rows written by statements that are made once are the rows that ``save()`` would have written."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from core.writes import _Column, delete, insert, update, update_all
from realtime.models import OutboxEvent
from sessions.models import Attendance, Presence, Session
from tests.one_of_each import one_of_each

pytestmark = pytest.mark.django_db


def test_a_row_is_inserted_with_what_its_fields_set_by_themselves(session, django_assert_num_queries):
    new = Session(room=session.room, preset=session.preset, title="Another", blocked_words=["ä", "b"])
    with django_assert_num_queries(1):
        insert(new)

    fresh = Session.objects.get(pk=new.pk)
    names = [field.attname for field in Session._meta.concrete_fields]
    assert [getattr(fresh, name) for name in names] == [getattr(new, name) for name in names]
    assert timezone.now() - fresh.created_at < timedelta(minutes=1)
    new.title = "Saved"
    new.save()
    assert Session.objects.filter(title="Saved").count() == 1


def test_keys_that_the_database_makes_follow_each_other():
    insert(*(OutboxEvent(topic="t", type=f"e{number}", data={"n": number}) for number in range(3)))
    assert list(OutboxEvent.objects.order_by("id").values_list("type", flat=True)) == ["e0", "e1", "e2"]
    assert OutboxEvent.objects.get(type="e2").data == {"n": 2}


def test_what_is_there_already_gets_the_named_fields_alone(session, guest):
    now = timezone.now()

    def sign(role, moment):
        row = Presence(session=session, user=guest, source="x", role=role, seen_at=moment)
        insert(row, update=["seen_at"], unique=["session", "user", "source"])

    sign("audience", now)
    sign("speaker", now + timedelta(seconds=1))
    row = Presence.objects.get()
    assert (row.role, row.seen_at) == ("audience", now + timedelta(seconds=1))


def test_constraints_hold(session, guest):
    insert(Attendance(session=session, user=guest))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Attendance(session=session, user=guest))


def test_an_update_writes_the_named_fields_alone(session, django_assert_num_queries):
    stale = Session.objects.get(pk=session.pk)
    Session.objects.update(description="Kept")
    stale.title, stale.description, before = "New", "Lost", session.updated_at
    with django_assert_num_queries(1):
        update(stale, "title", "updated_at")
    fresh = Session.objects.get(pk=session.pk)
    assert (fresh.title, fresh.description) == ("New", "Kept")
    assert fresh.updated_at > before


def test_many_rows_take_a_statement_for_each_twenty(django_assert_num_queries):
    rows = [OutboxEvent(topic="t", type=f"e{number}", data={"n": number}) for number in range(45)]
    with django_assert_num_queries(3):
        insert(*rows)
    found = OutboxEvent.objects.order_by("id").values_list("type", "data")
    assert list(found) == [(f"e{number}", {"n": number}) for number in range(45)]
    assert not any(row._state.adding for row in rows)
    insert()
    assert OutboxEvent.objects.count() == 45


def test_rows_are_deleted_by_their_keys(django_assert_num_queries):
    insert(*(OutboxEvent(topic="t", type=f"e{number}", data={}) for number in range(8)))
    keys = list(OutboxEvent.objects.order_by("id").values_list("pk", flat=True))
    with django_assert_num_queries(1):
        delete(OutboxEvent, keys[:6])
    assert list(OutboxEvent.objects.order_by("id").values_list("type", flat=True)) == ["e6", "e7"]
    delete(OutboxEvent, [])
    delete(OutboxEvent, [*keys, *range(10_000, 10_700)])
    assert OutboxEvent.objects.count() == 0


def test_rows_that_others_refer_to_are_not_deleted_so(session):
    with pytest.raises(TypeError, match="refer"):
        delete(Session, [session.pk])


def test_named_fields_of_many_rows_are_written_by_one_statement(session, guest, member, django_assert_num_queries):
    insert(*(Presence(session=session, user=user, source="test") for user in (guest, member)))
    rows = list(Presence.objects.order_by("pk"))
    for row, role in zip(rows, ("speaker", "host"), strict=True):
        row.role, row.source = role, "not written"
    with django_assert_num_queries(1):
        update_all(rows, "role")
    assert list(Presence.objects.order_by("pk").values_list("role", "source")) == [
        ("speaker", "test"),
        ("host", "test"),
    ]
    update_all([], "role")


@pytest.mark.django_db(transaction=True)
def test_many_rows_outside_a_transaction_are_refused():
    with pytest.raises(TransactionManagementError):
        update_all([], "role")


def test_of_every_field_that_is_written_what_the_field_itself_writes(tenant, live_session, guest):
    one_of_each(tenant, live_session, guest)
    quick = set()
    for model in apps.get_models():
        for column in [_Column.of(field, connection) for field in model._meta.concrete_fields]:
            if column.kind is None:
                continue
            quick.add(column.kind.__name__)
            for row in model._default_manager.all()[:3]:
                expected = column.field.get_db_prep_save(getattr(row, column.field.attname), connection)
                assert column.value(row, connection, is_new=False) == expected, column.field
    assert quick == {"UUID", "str", "bool", "datetime"}
