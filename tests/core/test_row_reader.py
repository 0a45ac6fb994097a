"""Objects of prepared queries are those that Django makes, of every model, field by field."""

import pytest
from django.apps import apps
from django.db.models import Count, Exists, OuterRef, Value
from django.db.models.signals import post_init

from accounts.models import User
from core.prepared import prepared
from rooms.models import Room
from sessions.models import Attendance, Session
from tests.one_of_each import one_of_each

pytestmark = pytest.mark.django_db


def _fields(one):
    """Each field's value and its type; a deferred one is not there."""
    return {name: (value, type(value)) for name, value in vars(one).items() if name != "_state"}


def test_rows_of_every_model_are_as_django_makes_them(tenant, live_session, guest):
    one_of_each(tenant, live_session, guest)
    compared = 0
    for model in apps.get_models():
        rows = model._base_manager.order_by("pk")
        made, expected = prepared(lambda rows=rows: rows).all(), list(rows)
        assert [_fields(one) for one in made] == [_fields(one) for one in expected], model
        assert all((one._state.adding, one._state.db) == (False, "default") for one in made), model
        compared += bool(made)
    assert compared > 25


def test_deferred_fields_are_read_when_they_are_asked_for(session, django_assert_num_queries):
    (made,) = prepared(lambda: Session.objects.defer("title", "room__slug").select_related("room")).all()
    with django_assert_num_queries(2):
        assert (made.title, made.room.slug) == (session.title, session.room.slug)
    with django_assert_num_queries(0):
        assert made.room.title == session.room.title
    made.title = "Another"
    made.save()
    assert Session.objects.get().title == "Another"


def test_what_is_computed_comes_as_from_django(live_session, guest):
    Attendance.objects.create(session=live_session, user=guest)
    here = Exists(Attendance.objects.filter(session=OuterRef("pk"), user=guest))
    rows = Session.objects.annotate(is_here=here, people=Count("attendances"), nobody=Value(False))
    names = ("is_here", "people", "nobody", "is_door_closed", "started_at", "ended_at", "pk")
    tuples = rows.values_list(*names)
    assert prepared(lambda: tuples).all() == list(tuples)
    (made,) = prepared(lambda: rows).all()
    (expected,) = rows
    assert [getattr(made, name) for name in names] == [getattr(expected, name) for name in names]
    assert type(made.is_here) is type(expected.is_here)


def test_who_listens_to_the_making_of_objects_still_hears_of_it(session):
    heard = []

    def listen(sender, instance, **_rest):
        heard.append(instance)

    post_init.connect(listen, sender=Room)
    try:
        (room,) = prepared(lambda: Room.objects.all()).all()
    finally:
        post_init.disconnect(listen, sender=Room)
    assert heard == [room]


def test_an_object_that_is_changed_and_saved_forgets_what_it_pointed_to(session, host):
    (room,) = prepared(lambda: Room.objects.select_related("host")).all()
    other = User.objects.create_user(username="Other", is_guest=True)
    assert room.host == host
    room.host_id = other.pk
    assert room.host == other
