"""What those who are in hear, and what they never do."""

import time

from django.db import OperationalError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.person import Person
from organizations.models import Membership
from realtime import outbox
from realtime.brokers import get_broker
from realtime.outbox import emit
from sessions import lifecycle
from sessions.events import HostVideo, SessionIdle, SessionSettings
from sessions.models import Attendance, Session, StageMember
from sessions.people.own_name import change_name
from sessions.queries import complete_sessions
from sockets import changes
from sockets.state import state_for
from stage.events import YouOffStage
from tests.livekit import PATIENCE
from tests.socket_server import change
from tests.sockets import topics as held


def topics(session):
    return f"session:{session.pk}:lobby", f"session:{session.pk}", f"session:{session.pk}:crew"


def told(*events):
    with transaction.atomic():
        emit(*events)


def fresh_state(user, session):
    return state_for(Person(user=user), complete_sessions().get(pk=session.pk))


def settled(state):
    """What does not depend on the moment: neither clock nor who is counted yet."""
    moving = {"duration": None, "viewer_count": None, "max_viewers": None}
    return {**state, "viewer_count": None, "session": {**state["session"], **moving}}


def test_going_live_reaches_the_lobby_and_resets_topics_and_state(server, session, guest):
    lobby, _everyone, _crew = topics(session)
    client, _welcome = server.enter(guest, session)
    change(lifecycle.go_live, session)
    event = client.event("session.live")
    assert (event["topic"], event["offset"], event["data"]["status"]) == (lobby, 1, "live")
    reset = client.reset()
    topics_now = held.watching(session, guest)
    assert reset["topics"] == {topic: list(p) for topic, p in get_broker().positions(topics_now).items()}
    assert settled(reset["state"]) == settled(fresh_state(guest, session))


def test_a_new_name_reaches_everybody_and_is_the_persons_own_in_each_reset(server, live_session, guest, host):
    StageMember.objects.create(session=live_session, user=guest)
    Attendance.objects.get_or_create(session=live_session, user=guest)
    client, welcome = server.enter(guest, live_session)
    other, _welcome = server.enter(host, live_session)
    assert welcome["state"]["me"]["username"] == guest.username
    change_name(actor=Person(user=guest), session=live_session, name="Ada")
    for each in (client, other):
        assert each.event("person.renamed")["data"]["username"] == "Ada"
    assert client.reset()["state"]["me"]["username"] == "Ada"


def test_an_event_that_was_set_aside_resets_those_who_would_have_heard_it(
    server, live_session, guest, stranger, monkeypatch
):
    monkeypatch.setattr(outbox, "ATTEMPTS", 1)
    broker = get_broker()
    publish = broker.publish

    def refuse(topic, kind, data, **options):
        if kind in ("host.video", "you.off_stage"):
            raise ValueError(kind)
        return publish(topic, kind, data, **options)

    monkeypatch.setattr(broker, "publish", refuse)
    client, _welcome = server.enter(guest, live_session)
    other, _welcome = server.enter(stranger, live_session)
    live_session.host_video_enabled = True
    live_session.save()
    told(HostVideo.of(live_session))
    for each in (client, other):
        assert each.reset()["state"]["host"]["video"] is True
    member = StageMember.objects.create(session=live_session, user=guest, left_stage_at=timezone.now())
    told(YouOffStage.of(member))
    assert client.reset()["state"]["me"]["stage"] is None
    assert other.ask("ping")["ok"] is True
    assert sum("reset" in frame for frame in other.frames) == 1
    again = server.client()
    assert again.enter(server.ticket(guest, live_session))["state"]["host"]["video"] is True


def test_after_going_live_the_audience_hears_the_session(server, session, guest):
    client, _welcome = server.enter(guest, session)
    change(lifecycle.go_live, session)
    client.reset()
    session.refresh_from_db()
    told(HostVideo.of(session))
    event = client.event("host.video")
    assert (event["topic"], event["data"]) == (f"session:{session.pk}", {"enabled": False})


def test_the_audience_never_hears_the_crew_nor_the_rehearsal(server, session, guest, host):
    audience, _welcome = server.enter(guest, session)
    crew, _welcome = server.enter(host, session)
    told(SessionIdle.of(session, None), HostVideo.of(session), SessionSettings.of(session))
    crew.reset()
    audience.reset()
    # Three topics: only events of one topic have an order.
    assert sorted(e["type"] for e in crew.events() if e["type"] != "presence.count") == [
        "host.video",
        "session.idle",
        "session.settings",
    ]
    assert [e["type"] for e in audience.events() if e["type"] != "presence.count"] == ["session.settings"]


def test_another_sessions_events_are_not_heard(server, session, room, preset, guest):
    other = Session.objects.create(room=room, preset=preset, title="Other")
    client, _welcome = server.enter(guest, session)
    told(SessionSettings.of(other))
    told(SessionSettings.of(session))
    assert client.event("session.settings")["data"]["id"] == str(session.pk)
    assert {event["topic"] for event in client.events()} <= {f"session:{session.pk}:lobby"}


def test_the_end_is_told_then_the_state_then_the_socket_is_closed_for_good(server, live_session, guest, host):
    clients = [server.enter(user, live_session)[0] for user in (guest, host)]
    change(lifecycle.end, live_session)
    for client in clients:
        assert client.closed() == 4510
        kinds = [
            "reset" if "reset" in frame else event["type"]
            for frame in client.frames
            for event in frame.get("events", [None] if "reset" in frame else [])
            if event is None or event["type"] != "presence.count"
        ]
        assert kinds == ["session.ended", "reset"]
        assert [frame["reset"]["topics"] for frame in client.frames if "reset" in frame] == [{}]
        assert [f["reset"]["state"]["session"]["status"] for f in client.frames if "reset" in f] == ["ended"]


def test_a_database_that_is_away_at_the_end_does_not_leave_sockets_open(server, live_session, guest, monkeypatch):
    client, _welcome = server.enter(guest, live_session)
    judge, tries = changes.judge, []

    def fails_once(*args):
        tries.append(args)
        if len(tries) == 1:
            raise OperationalError
        return judge(*args)

    monkeypatch.setattr(changes, "judge", fails_once)
    monkeypatch.setattr(changes, "RETRY_AFTER", 0.01)
    change(lifecycle.end, live_session)
    assert client.closed() == 4510


def test_a_cancelled_session_closes_its_sockets_after_saying_so(server, session, guest):
    client, _welcome = server.enter(guest, session)
    change(lifecycle.delete, session)
    assert client.closed() == 4510
    assert [e["data"] for e in client.events() if e["type"] == "session.cancelled"] == [{"id": str(session.pk)}]


def test_durable_offsets_have_no_gap_whatever_the_ticks(server, live_session, guest):
    client, welcome = server.enter(guest, live_session)
    start = welcome["topics"][f"session:{live_session.pk}"][1]
    for _ in range(40):
        told(HostVideo.of(live_session), HostVideo.of(live_session))
    while sum(event["type"] == "host.video" for event in client.events()) < 80:
        client.read()
    offsets = [event["offset"] for event in client.events() if event["type"] == "host.video"]
    assert offsets == list(range(start + 1, start + 81))


def test_who_resumes_gets_exactly_what_was_missed(server, live_session, guest):
    _lobby, everyone, crew = topics(live_session)
    client, welcome = server.enter(guest, live_session)
    client.close()
    told(HostVideo.of(live_session), SessionIdle.of(live_session, None), HostVideo.of(live_session))
    wait_for_offset(everyone, welcome["topics"][everyone][1] + 2)
    again = server.client()
    back = again.enter(resume=welcome["resume"], since={**welcome["topics"], crew: ["x", 0]})
    assert back["resumed"] == dict.fromkeys(held.watching(live_session, guest), True)
    assert back["topics"][everyone] == [welcome["topics"][everyone][0], welcome["topics"][everyone][1] + 2]
    told(HostVideo.of(live_session))
    while sum(event["type"] == "host.video" for event in again.events()) < 3:
        again.read()
    offsets = [event["offset"] for event in again.events() if event["type"] == "host.video"]
    start = welcome["topics"][everyone][1]
    assert offsets == [start + 1, start + 2, start + 3]
    assert "session.idle" not in {event["type"] for event in again.events()}


def test_who_resumes_after_the_history_is_gone_is_told_so(server, live_session, guest):
    lobby, everyone, _crew = topics(live_session)
    client, welcome = server.enter(guest, live_session)
    client.close()
    for since, resumed in (
        ({everyone: ["another", 3]}, {everyone: False}),
        ({everyone: [welcome["topics"][everyone][0], 99]}, {everyone: False}),
        ({everyone: welcome["topics"][everyone], lobby: ["another", 0]}, {everyone: True, lobby: False}),
    ):
        back = server.client().enter(resume=welcome["resume"], since=since)
        assert back["resumed"] == resumed


def test_who_lost_the_crew_loses_its_topic_at_the_next_change_and_nobody_else_does(
    server, live_session, host, tenant, guest
):
    admin = User.objects.create_user("admin@acme.example", username="Admin", organization=tenant.organization)
    membership = Membership.objects.create(organization=tenant.organization, user=admin, role="admin")
    demoted, welcome = server.enter(admin, live_session)
    assert f"session:{live_session.pk}:crew" in welcome["topics"]
    others = {user: server.enter(user, live_session)[0] for user in (host, guest)}
    membership.delete()
    told(SessionSettings.of(live_session))
    assert set(demoted.reset()["topics"]) == held.watching(live_session, admin)
    assert set(others[host].reset()["topics"]) == held.crew(live_session, host)
    assert set(others[guest].reset()["topics"]) == held.watching(live_session, guest)


def test_one_persons_new_rights_raise_nobody_else_of_the_audience(
    server, live_session, tenant, member, guest, stranger
):
    clients = [(user, server.enter(user, live_session)[0]) for user in (member, guest, stranger)]
    Membership.objects.filter(user=member).update(role="admin")
    told(SessionSettings.of(live_session))
    assert {user: set(client.reset()["topics"]) for user, client in clients} == {
        member: held.crew(live_session, member),
        guest: held.watching(live_session, guest),
        stranger: held.watching(live_session, stranger),
    }
    told(SessionIdle.of(live_session, None), HostVideo.of(live_session))
    for user, client in clients:
        client.event("host.video")
        assert ("session.idle" in {event["type"] for event in client.events()}) is (user == member)


def test_a_deactivated_person_is_let_go_at_the_next_change_and_the_rest_stays(server, live_session, guest, stranger):
    gone, _welcome = server.enter(guest, live_session)
    stays, _welcome = server.enter(stranger, live_session)
    User.objects.filter(pk=guest.pk).update(is_active=False)
    told(SessionSettings.of(live_session))
    assert gone.closed() == 4401
    assert stays.reset()["state"]["me"]["user_id"] == str(stranger.pk)


def test_judging_an_audience_costs_the_same_for_one_and_for_many(
    transactional_db, live_session, django_assert_num_queries
):
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from sessions.rights.capabilities import capabilities
    from sockets.admission import Connection
    from sockets.changes import judge
    from sockets.tickets import Pass

    def cost(number):
        session = complete_sessions().get(pk=live_session.pk)
        people = [Person(user=User.objects.create_user(username="x", is_guest=True)) for _ in range(number)]
        there = [Connection(Pass.of(p, session), "x", capabilities(p, session)) for p in people]
        cache.clear()  # the number of viewers, which is kept for some seconds
        with CaptureQueriesContext(connection) as queries:
            judge(live_session.pk, there, [])
        return len(queries)

    assert cost(1) == cost(7)


def wait_for_offset(topic, offset):
    deadline = time.monotonic() + PATIENCE
    while get_broker().positions([topic])[topic].offset < offset:
        assert time.monotonic() < deadline
        time.sleep(0.01)
