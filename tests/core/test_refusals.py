"""What the database refuses for nobody's fault is done again, once, and nothing happens twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection, connections, transaction

from accounts.models import Device, User
from core.errors import Busy, TooMany
from core.limits import Limiter
from core.refusals import once_more, was_refused
from tests.livekit import PATIENCE, until
from tests.waiting import someone_waits

pytestmark = pytest.mark.django_db(transaction=True)


class Deadlock(OperationalError):
    """As psycopg says it."""

    sqlstate = "40P01"


def failing(times, *, work=lambda: None):
    """A function that does ``work``, and is refused the first ``times`` times; its ``calls`` are counted."""

    def act():
        act.calls += 1
        work()
        if act.calls <= times:
            raise Deadlock
        return "done"

    act.calls = 0
    return act


def test_what_was_refused_is_done_again_once():
    act = failing(1)
    assert (once_more(act), act.calls) == ("done", 2)
    act = failing(2)
    with pytest.raises(Busy):
        once_more(act)
    assert act.calls == 2


def test_other_errors_are_no_refusals():
    def act():
        raise OperationalError("no such table")

    with pytest.raises(OperationalError, match="no such table"):
        once_more(act)
    assert not was_refused(OperationalError("x"))


def rolled_back():
    with transaction.atomic():
        Device.objects.create()
        transaction.set_rollback(True)


def committed():
    with transaction.atomic(), transaction.atomic():
        Device.objects.create()


@pytest.mark.parametrize(("work", "calls"), [(rolled_back, 2), (committed, 1), (Device.objects.create, 1)])
def test_what_committed_something_is_not_done_again(work, calls):
    act = failing(1, work=work)
    if calls == 1:
        with pytest.raises(Busy):
            once_more(act)
    else:
        assert once_more(act) == "done"
    assert (act.calls, Device.objects.count()) == (calls, 1 if calls == 1 else 0)


def test_within_a_transaction_of_the_caller_nothing_is_done_again():
    act = failing(1)
    with pytest.raises(Deadlock), transaction.atomic():
        once_more(act)
    assert act.calls == 1


def test_what_is_done_again_counts_once_for_rate_limits():
    def count():
        Limiter().check("tries", "ann", 1, 60)
        Limiter().take("messages", "ann", 1)

    assert once_more(failing(1, work=count)) == "done"
    with pytest.raises(TooMany):
        Limiter().check("tries", "ann", 1, 60)
    cache.clear()


def test_two_who_wait_for_each_other_both_come_through_and_what_follows_happens_once():
    """On PostgreSQL a real deadlock; on SQLite the second waits for its turn."""
    ann, bob = (User.objects.create_user(username=name, is_guest=True) for name in ("ann", "bob"))
    followed, both = [], threading.Barrier(2, timeout=PATIENCE)
    entered = set()

    def change(first, second):
        name = first.username

        def act():
            with transaction.atomic():
                User.objects.filter(pk=first.pk).update(credentials_epoch=7)
                if name not in entered:
                    entered.add(name)
                    if connection.vendor == "postgresql":
                        both.wait()
                transaction.on_commit(lambda: followed.append(name))
                User.objects.filter(pk=second.pk).update(username=f"{second.username} by {name}"[:20])

        try:
            once_more(act)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(change, ann, bob), pool.submit(change, bob, ann)]:
            future.result(PATIENCE)
    assert sorted(followed) == ["ann", "bob"]
    assert set(User.objects.values_list("credentials_epoch", flat=True)) == {7}


def test_a_lock_on_a_session_does_not_hold_up_rows_that_refer_to_it(live_session, host, member):
    """A heartbeat that inserts a presence is checked at COMMIT against the session, which another one has locked who
    waits for a presence that the heartbeat wrote: that was a deadlock."""
    from sessions import lifecycle
    from sessions.models import Presence
    from sessions.people.presence import write_signs
    from sessions.rights.capabilities import Role

    role = Role.AUDIENCE
    write_signs([(live_session.pk, host.pk, role)], "heartbeat")
    failed = []

    def end():
        try:
            with transaction.atomic():
                locked = lifecycle.lock_session(live_session.pk)
                locked.presences.all().delete()
        except BaseException as error:  # noqa: BLE001 — whatever it is, the test says it
            failed.append(error)
        finally:
            connections.close_all()

    other = threading.Thread(target=end)
    with transaction.atomic():
        write_signs([(live_session.pk, user.pk, role) for user in (host, member)], "heartbeat")
        other.start()
        until(someone_waits, "the other transaction, which waits for ours")
    other.join(PATIENCE)
    assert failed == []
    assert not Presence.objects.filter(user=host).exists()


def test_every_lock_on_a_row_lets_others_refer_to_it():
    """FOR UPDATE would make who inserts a row that refers to the locked one wait at COMMIT, where it can wait for ever."""
    import re

    from tests.product import ROOT

    found = [
        f"{path.relative_to(ROOT)}: {call}"
        for path in ROOT.glob("*/**/*.py")
        if path.relative_to(ROOT).parts[0] not in ("tests", "node_modules", ".venv", ".tools", ".vendor")
        for call in re.findall(r"select_for_update\([^)]*", path.read_text())
        if "no_key=True" not in call
    ]
    assert found == []
