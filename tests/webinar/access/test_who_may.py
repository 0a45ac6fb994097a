"""Every route of the URLconf, third-party ones too, asked by everybody: refused, or right, and nothing leaks."""

import pytest

from tests.webinar.access.asking import REFUSED, ask, faults_of
from tests.webinar.access.page_rows import page_row
from tests.webinar.access.routes import API, UNSAFE, routes
from tests.webinar.access.table import (
    API_ROWS,
    BAD_ONES_PASS,
    KINDS,
    OTHER_IDS,
)
from tests.webinar.access.world import BAD, CALLERS, KEYS, PEOPLE

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

OF_THE_BIN = {f"POST sessions/<str:session_id>/{what}" for what in ("restore", "delete_for_good")}
OPERATIONS = [(method, route) for route in routes() if route.is_api for method in (route.methods or ("GET",))]
PAGES = [route for route in routes() if not route.is_api]
VISITORS = ("anonymous", *PEOPLE)
#: In admin all are alike who are no staff.
OF_ADMIN = ("anonymous", "guest", "host", "staff", "superuser")


def visitors_of(route):
    return OF_ADMIN if route.pattern.startswith("admin/") else VISITORS


def name_of(case):
    return f"{case[0]} {case[1].pattern}" if isinstance(case, tuple) else case.pattern


def row_of(method, route):
    row = f"{method} {route.pattern.removeprefix(API)}"
    assert row in API_ROWS, f"Add a row for “{row}” to API_ROWS in tests/webinar/access/table.py: who may call it?"
    return row


def ids_of(world, row, state=None):
    ids = world.ids | {name: world.ids[other] for name, other in OTHER_IDS.get(row, {}).items()}
    return ids | ({"session_id": str(world.sessions[state].pk)} if state else {})


def told(faults):
    assert not faults, "\n".join(f"{caller}: {fault}" for caller, fault in faults)


def judged(world, caller, method, reply, may):
    """(caller, fault) of everything that is wrong with this answer."""
    found = faults_of(world, caller, method, reply)
    if reply.is_refusal == may:
        wanted = "is refused what they may" if may else "gets what is not theirs"
        found.append(f"{wanted}: {reply.status} {reply.path} {reply.text[:200]!r}")
    if not may and reply.writes:
        found.append(f"is refused, and yet it writes: {reply.writes}")
    return [(caller, fault) for fault in found]


@pytest.mark.parametrize("case", OPERATIONS, ids=name_of)
def test_an_operation_answers_who_may_and_refuses_everybody_else(world, livekit, case):
    method, route = case
    row = row_of(method, route)
    address, kind = route.address(ids_of(world, row)), KINDS.get(row)
    faults = []
    for caller in (*CALLERS, *BAD):
        may = caller in API_ROWS[row] or caller in BAD_ONES_PASS.get(row, ())
        faults += judged(world, caller, method, ask(world, caller, method, address, kind=kind), may)
    told(faults)


@pytest.mark.parametrize("case", OPERATIONS, ids=name_of)
def test_a_page_may_call_an_operation_as_its_visitor_and_only_with_the_csrf_token(world, livekit, case):
    method, route = case
    row = row_of(method, route)
    address, kind = route.address(ids_of(world, row)), KINDS.get(row, "application/json")
    faults = []
    for caller in ("host", "guest"):
        may = caller in API_ROWS[row]
        asked = {"page": True, "kind": kind, "body": b"" if method == "GET" else b"{}"}
        faults += judged(world, caller, method, ask(world, caller, method, address, **asked), may)
        if method in UNSAFE and row not in BAD_ONES_PASS:
            reply = ask(world, caller, method, address, csrf=False, **asked)
            faults += judged(world, caller, method, reply, may=False)
    told(faults)


@pytest.mark.parametrize("state", ["scheduled", "backstage", "ended", "deleted"])
@pytest.mark.parametrize("case", [case for case in OPERATIONS if "session_id" in case[1].names], ids=name_of)
def test_in_no_state_of_a_session_somebody_else_may(world, livekit, case, state):
    method, route = case
    row = row_of(method, route)
    address, kind = route.address(ids_of(world, row, state)), KINDS.get(row)
    faults = []
    for caller in ("anonymous", "guest", "attendee", "co_host", "stranger", "host"):
        reply = ask(world, caller, method, address, kind=kind)
        may = caller in API_ROWS[row]
        found = faults_of(world, caller, method, reply)
        if not may and reply.status not in REFUSED:
            found.append(f"gets what is not theirs: {reply.status} {reply.text[:200]!r}")
        if state == "deleted" and not reply.is_refusal and row not in OF_THE_BIN:
            found.append(f"finds what is deleted: {reply.status} {reply.text[:200]!r}")
        faults += [(caller, fault) for fault in found]
    told(faults)


@pytest.mark.parametrize(
    "case", [case for case in OPERATIONS if {"session_id", "room_id"} & set(case[1].names)], ids=name_of
)
def test_what_is_private_in_another_organization_is_not_there(world, livekit, case):
    method, route = case
    row = row_of(method, route)
    address, kind = route.address(world.ids | world.others), KINDS.get(row)
    faults = []
    for caller in sorted({*PEOPLE, *KEYS} - {"stranger", "other_key"}):
        faults += judged(world, caller, method, ask(world, caller, method, address, kind=kind), may=False)
    told(faults)


@pytest.mark.parametrize("route", PAGES, ids=name_of)
def test_a_page_opens_for_who_may_and_refuses_everybody_else(world, livekit, route):
    row = page_row(route)
    assert row is not None, (
        f"Add a row for “{route.pattern}” to PAGE_ROWS in tests/webinar/access/pages.py: who may see it?"
    )
    address = route.address(world.ids | row.ids(world))
    faults = []
    for number, visitor in enumerate(visitors_of(route)):
        shown = ask(world, visitor, "GET", address, page=True)
        faults += judged(world, visitor, "GET", shown, visitor in row.may_see)
        is_asked_twice = number == 0 or visitor in {"host", "superuser"}
        if is_asked_twice and ask(world, visitor, "HEAD", address, page=True).status != shown.status:
            faults.append((visitor, "HEAD answers otherwise than GET"))
    told(faults)


@pytest.mark.parametrize("route", PAGES, ids=name_of)
def test_a_form_is_taken_from_who_may_and_only_with_the_csrf_token(world, livekit, route):
    row = page_row(route)
    assert row is not None
    address = route.address(world.ids | row.ids(world))
    faults = []
    for number, visitor in enumerate(visitors_of(route)):
        sent = ask(world, visitor, "POST", address, page=True)
        may = visitor in row.may_send
        faults += [(visitor, fault) for fault in faults_of(world, visitor, "POST", sent)]
        if sent.is_refusal == may:
            faults.append((visitor, f"POST {sent.first_status} → {sent.status} {sent.path}, although {may=}"))
        if not may and sent.writes:
            faults.append((visitor, f"is refused, and yet it writes: {sent.writes}"))
        is_forged = number == 0 or visitor in {"host", "superuser"}
        forged = ask(world, visitor, "POST", address, page=True, csrf=False) if is_forged else None
        if forged is not None and forged.status not in {403, 404, 405}:
            faults.append((visitor, f"POST without the CSRF token: {forged.first_status} → {forged.status}"))
    told(faults)
