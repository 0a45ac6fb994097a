"""Hands and places when several act at the same moment."""

import threading

import pytest
from django.db import connections

from realtime.models import OutboxEvent
from sessions.models import StageMember
from stage import queries
from stage.errors import StageFull
from stage.models import HandRaise, JoinRequest
from tests.stage.conftest import approve, make_guest, on_stage, raise_hand


@pytest.fixture(autouse=True)
def no_livekit(livekit_down):
    """What the database says does not wait for the media engine."""


def at_once(*works):
    """Run these in threads that begin together; what each returned or raised."""
    results, barrier = {}, threading.Barrier(len(works))

    def run(number, work):
        barrier.wait()
        try:
            results[number] = work()
        except Exception as error:  # noqa: BLE001 — it is the result
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[number] for number in range(len(works))]


@pytest.mark.django_db(transaction=True)
def test_approving_for_the_last_places_at_once_lets_so_many_in(live_session, host, co_host, limit):
    limit(2)
    hands = [raise_hand(live_session, make_guest(f"Guest {number}", live_session)) for number in range(6)]
    actors = [host, co_host] * 3
    results = at_once(
        *(
            lambda actor=actor, hand=hand: approve(live_session, actor, hand)
            for actor, hand in zip(actors, hands, strict=True)
        )
    )
    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(error) for error in refused] == [StageFull] * 4
    assert (len(on_stage(live_session)), queries.pending_hands(live_session).count()) == (2, 4)


@pytest.mark.django_db(transaction=True)
def test_the_same_hand_approved_twice_at_once_is_one_place(live_session, grace, host, moderator):
    hand = raise_hand(live_session, grace)
    first, second = at_once(*(lambda actor=actor: approve(live_session, actor, hand) for actor in (host, moderator)))
    assert first.member == second.member
    assert (StageMember.objects.count(), OutboxEvent.objects.filter(type="stage.joined").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_hand_raised_in_many_tabs_at_once_is_one(live_session, grace):
    hands = at_once(*[lambda: raise_hand(live_session, grace)] * 5)
    assert len({hand.pk for hand in hands}) == 1 == HandRaise.objects.count()
    assert JoinRequest.objects.count() == 0
