"""The broker against the stand-in's server API."""

import pytest
from django.utils import timezone

from realtime.brokers.base import Position
from realtime.brokers.centrifugo import CentrifugoBroker, CentrifugoUnavailable
from tests.centrifugo import API_KEY, centrifugo  # noqa: F401 — a fixture

TOPIC = "session:1:chat"
NOW = timezone.now()


@pytest.fixture
def broker(centrifugo, settings):  # noqa: F811
    settings.CENTRIFUGO_API_URL = centrifugo.api_url
    settings.CENTRIFUGO_API_KEY = API_KEY
    return CentrifugoBroker()


def publish(broker, text, key, topic=TOPIC):
    return broker.publish(topic, "chat.message", {"message": text}, at=NOW, idempotency_key=key)


def test_offsets_rise_by_one_and_a_key_seen_before_changes_nothing(broker):
    assert [publish(broker, "a", "1"), publish(broker, "b", "2"), publish(broker, "again", "1")] == [1, 2, 1]
    start = Position(broker.positions([TOPIC])[TOPIC].epoch, 0)
    assert [message.text.count('"a"') for message in broker.history(TOPIC, start)] == [1, 0]


def test_positions_of_many_topics_are_one_request_each_five_hundred(broker, centrifugo):  # noqa: F811
    publish(broker, "a", "1")
    found = broker.positions([TOPIC, *(f"user:{number}:1" for number in range(700)), "control:1"])
    assert len(found) == 701
    assert (found[TOPIC].offset, found["user:3:1"].offset) == (1, 0)


def test_history_after_a_position_and_none_when_it_is_gone(broker, centrifugo):  # noqa: F811
    for number in range(3):
        publish(broker, str(number), str(number))
    epoch = broker.positions([TOPIC])[TOPIC].epoch
    missed = broker.history(TOPIC, Position(epoch, 1))
    assert [(message.offset, message.type, message.epoch) for message in missed] == [
        (2, "chat.message", epoch),
        (3, "chat.message", epoch),
    ]
    assert broker.history(TOPIC, Position(epoch, 3)) == []
    assert broker.history(TOPIC, Position("other", 1)) is None
    assert broker.history(TOPIC, Position(epoch, 9)) is None


def test_volatile_events_take_no_offset_and_are_not_kept(broker):
    broker.publish_volatile(TOPIC, "presence.count", {"viewer_count": 3}, at=NOW)
    assert broker.positions([TOPIC])[TOPIC].offset == 0


def test_what_is_told_to_our_own_processes_stays_here(broker, centrifugo):  # noqa: F811
    told = []
    broker.on_control(lambda topic, kind, data: told.append((topic, kind, data)))
    publish(broker, "x", "1", topic="control:1")
    assert told == [("control:1", "chat.message", {"message": "x"})]
    assert centrifugo.channels == {}


def test_an_unreachable_server_and_a_wrong_key_are_said(broker, centrifugo, settings):  # noqa: F811
    settings.CENTRIFUGO_API_KEY = "wrong"
    with pytest.raises(CentrifugoUnavailable):
        publish(CentrifugoBroker(), "a", "1")
    settings.CENTRIFUGO_API_URL = "http://127.0.0.1:9/api"
    with pytest.raises(CentrifugoUnavailable):
        publish(CentrifugoBroker(), "a", "1")
