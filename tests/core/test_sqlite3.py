"""SQLite, one writer after the other: nobody is told that the database is locked, and every place is given back."""

import sqlite3
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, OperationalError, connection, connections, transaction
from django.db.models import F

import manage
from accounts.models import Device, DeviceUse, User
from core.errors import Busy
from core.sqlite3.base import DatabaseBusy
from core.write_queue import queue_of
from realtime.models import OutboxEvent
from tests.livekit import PATIENCE, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]


def queue():
    return queue_of(str(connection.settings_dict["NAME"]))


def in_thread(work):
    """``work`` in a thread with a connection of its own, which is closed after it."""

    def run():
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(PATIENCE)


def is_free():
    """Whether somebody else could write at once."""
    return in_thread(lambda: Device.objects.create() is not None) and not connection.has_place


def test_many_writers_at_once_lose_nothing(settings):
    user = User.objects.create_user(username="0", is_guest=True)
    User.objects.filter(pk=user.pk).update(credentials_epoch=0)

    def work(_number):
        try:
            for _ in range(5):
                with transaction.atomic():
                    row = User.objects.get(pk=user.pk)
                    row.credentials_epoch += 1
                    row.save(update_fields=["credentials_epoch"])
                User.objects.filter(pk=user.pk).update(credentials_epoch=F("credentials_epoch") + 1)
                Device.objects.create()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(24) as pool:
        list(pool.map(work, range(24)))
    user.refresh_from_db()
    assert (user.credentials_epoch, Device.objects.count(), queue().waiting) == (240, 120, 0)


def test_reads_do_not_wait_for_who_writes():
    with transaction.atomic():
        Device.objects.create()
        assert in_thread(Device.objects.count) == 0


def test_the_place_is_given_back_at_commit_rollback_and_within_nested_blocks():
    with transaction.atomic(durable=True):
        with transaction.atomic():
            Device.objects.create()
        assert connection.has_place
        with pytest.raises(IntegrityError), transaction.atomic():
            DeviceUse.objects.create(device_id=None)
    assert is_free()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _ = 1 / 0
    assert is_free()
    transaction.set_autocommit(False)
    Device.objects.create()
    assert connection.has_place
    transaction.rollback()
    transaction.set_autocommit(True)
    assert is_free()


def test_the_place_is_given_back_when_the_commit_itself_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():  # foreign keys are checked at the end
        DeviceUse.objects.create(device=Device(pk=uuid.uuid4()), user=User(pk=uuid.uuid4()))
    assert is_free()


@pytest.mark.parametrize("close", [lambda: connection.close(), lambda: connection.connection.close()])
def test_the_place_is_given_back_when_the_connection_closes_within_a_transaction(close):
    def write():
        with transaction.atomic():
            Device.objects.create()
            close()
            Device.objects.create()

    with pytest.raises(DatabaseError):
        write()
    assert is_free()
    assert Device.objects.count() == 1


def test_what_a_dead_thread_began_is_undone():
    left = []

    def die():
        transaction.atomic().__enter__()
        Device.objects.create()
        left.append(connections["default"])  # as if something still held it

    thread = threading.Thread(target=die)
    thread.start()
    thread.join(PATIENCE)
    assert is_free()
    assert Device.objects.count() == 1
    left[0].inc_thread_sharing()
    left[0].close()


def test_a_row_that_returns_its_key_outside_a_transaction_is_written_at_once():
    event = OutboxEvent.objects.create(topic="tried", type="x", data={})
    assert event.pk
    assert is_free()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM realtime_outbox WHERE id = %s RETURNING topic", [event.pk])
        assert is_free()
        assert cursor.fetchmany(5) == [("tried",)]
        assert (cursor.fetchone(), cursor.fetchall(), list(cursor)) == (None, [], [])


def test_another_process_that_writes_too_long_makes_it_busy_and_no_500():
    connection.ensure_connection()
    connection.connection.execute("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy) as refused, transaction.atomic():
            pass
        assert isinstance(refused.value, Busy)
        assert isinstance(refused.value, OperationalError)
        with pytest.raises(Busy):
            Device.objects.create()
    finally:
        other.close()
        connection.connection.execute("PRAGMA busy_timeout = 20000")
    assert is_free()


def test_a_command_beside_a_product_that_writes_too_long_says_so_in_a_sentence(monkeypatch):
    connection.ensure_connection()
    connection.connection.execute("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(sys, "argv", ["manage.py", "create_host", "ann@example.com", "--password", "a long password"])
    with pytest.raises(SystemExit) as ended:
        manage.main()
    other.close()
    assert ended.value.code == "Very many people are here at this moment. Try again in a few seconds."


def test_commands_and_migrations_take_their_places_too(tmp_path):
    call_command("migrate", verbosity=0)
    call_command("check", verbosity=0)
    assert is_free()
    held = threading.Event()
    go_on = threading.Event()

    def hold():
        with transaction.atomic():
            held.set()
            go_on.wait(PATIENCE)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(PATIENCE)
    writer = threading.Thread(target=lambda: (Device.objects.create(), connections.close_all()))
    writer.start()
    until(lambda: queue().waiting == 1, "a writer in the queue")
    go_on.set()
    holder.join(PATIENCE)
    writer.join(PATIENCE)
    assert Device.objects.count() == 2
