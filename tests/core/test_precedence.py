"""Who goes ahead where people wait."""

from core.precedence import AHEAD_IN_A_ROW, Lines, ahead, go_ahead, goes_ahead


def test_those_ahead_go_first_and_each_line_is_first_come_first_served():
    lines = Lines()
    for name in ("ann", "bob"):
        lines.append(name, is_ahead=False)
    for name in ("host", "moderator"):
        lines.append(name, is_ahead=True)
    assert [lines.next() for _ in range(5)] == ["host", "moderator", "ann", "bob", None]


def test_nobody_waits_for_ever_behind_those_ahead():
    lines = Lines()
    lines.append("ann", is_ahead=False)
    for number in range(100):
        lines.append(number, is_ahead=True)
    assert [lines.next() for _ in range(AHEAD_IN_A_ROW + 1)] == [*range(AHEAD_IN_A_ROW), "ann"]


def test_who_left_the_line_is_passed_over():
    lines = Lines()
    lines.append("ann", is_ahead=False)
    lines.append("bob", is_ahead=False)
    lines.discard("ann")
    lines.discard("nobody")
    assert (len(lines), lines.next()) == (1, "bob")


def test_a_request_begins_as_one_of_the_crowd_whatever_its_thread_did_before(client, db):
    with ahead():
        client.get("/v1/webinar/health")
        assert not goes_ahead()
        go_ahead()
        assert goes_ahead()
