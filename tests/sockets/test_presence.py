from sessions.models import Presence
from tests.socket_server import wait_until


def test_a_connected_person_is_present_and_counted_and_gone_after_closing(server, live_session, guest, host):
    crew, _welcome = server.enter(host, live_session)
    viewer, _welcome = server.enter(guest, live_session)
    while crew.event("presence.count")["data"] != {"viewer_count": 1}:
        pass
    wait_until(lambda: Presence.objects.filter(session=live_session).count() == 2)
    assert {(row.user, row.role) for row in Presence.objects.all()} == {(guest, "audience"), (host, "host")}
    viewer.close()
    while crew.event("presence.count")["data"] != {"viewer_count": 0}:
        pass
    wait_until(lambda: Presence.objects.filter(user=guest).count() == 0)
    live_session.refresh_from_db()
    assert live_session.max_viewers == 1


def test_presence_counts_carry_no_offset(server, live_session, guest):
    viewer, _welcome = server.enter(guest, live_session)
    event = viewer.event("presence.count")
    assert set(event) == {"topic", "type", "at", "data"}
    assert event["topic"] == f"session:{live_session.pk}:lobby"


def test_a_hidden_count_reaches_the_crew_and_never_the_audience(server, live_session, preset, guest, host):
    preset.viewer_count_visible = False
    preset.save()
    crew, _welcome = server.enter(host, live_session)  # first: a count that was told before does not come again
    viewer, welcome = server.enter(guest, live_session)
    assert welcome["state"]["viewer_count"] is None
    assert welcome["state"]["session"]["viewer_count"] is None
    while crew.event("presence.count")["data"] != {"viewer_count": 1}:
        pass
    assert viewer.ask("ping")["ok"] is True
    assert viewer.events() == []
