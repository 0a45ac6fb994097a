"""At once: what the database must hold together."""

import threading
import uuid

from django.db import connections

from chat import services
from chat.models import ChatMessage
from core.errors import Problem
from sessions.models import Session


def at_once(*works):
    """Run them in threads that begin together; what each returned, or the code of its refusal."""
    together, answers = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        try:
            together.wait()
            answers[place] = work()
        except Problem as problem:
            answers[place] = problem.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_client_id_sent_many_times_at_once_is_one_message(transactional_db, ada, say):
    mark = uuid.uuid4()
    answers = at_once(*[lambda: say(ada, "Hello", client_id=mark).pk] * 8)
    assert (len(set(answers)), ChatMessage.objects.count()) == (1, 1)


def test_slow_mode_lets_one_of_many_at_once_through(transactional_db, live_session, ada, say):
    Session.objects.update(slow_mode=60)
    answers = at_once(*[lambda: say(ada, "Hello").status] * 6)
    assert sorted(answers) == ["slow_mode"] * 5 + ["visible"]


def test_two_pins_at_once_leave_one(transactional_db, ada, host, moderator, say, act):
    one, two = say(ada, "One"), say(ada, "Two")
    answers = at_once(
        *[
            lambda who=who, m=m: act(services.pin_message, who, message_id=m.pk).pk
            for who, m in ((host, one), (moderator, two))
        ]
    )
    assert set(answers) == {one.pk, two.pk}
    assert ChatMessage.objects.filter(pinned_at__isnull=False).count() == 1


def test_approving_and_rejecting_at_once_decides_once(transactional_db, ada, host, moderator, say, act):
    Session.objects.update(hold_messages=True)
    held = say(ada, "May I?")
    answers = at_once(
        lambda: act(services.approve_message, host, message_id=held.pk).status,
        lambda: act(services.reject_message, moderator, message_id=held.pk).status,
    )
    held.refresh_from_db()
    assert sorted(answers) == sorted(["already_decided", held.status])


def test_never_more_than_the_burst_at_once(transactional_db, settings, ada, say):
    settings.CHAT_BURST = 5
    answers = at_once(*[lambda: say(ada, "Hello").status] * 12)
    assert answers.count("visible") <= 6  # a token may come back while they write
    assert answers.count("too_many_requests") >= 6
