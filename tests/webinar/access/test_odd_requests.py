"""Whatever is sent to whatever route, the answer is one that we meant: never a failure, nothing empty, no insides."""

import json
import re
from urllib.parse import urlencode

import pytest

from tests.openapi import document
from tests.webinar.access.asking import FORM, JSON, ask, faults_of
from tests.webinar.access.page_rows import page_row
from tests.webinar.access.routes import API, PLACE, UNSAFE, of_models, routes
from tests.webinar.access.table import API_ROWS, KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

LONG = "x" * 3000
IDS = [
    *("not-an-id", "7", "00000000-0000-0000-0000-000000000000", "01890a5d-ac96-774b-bcce-b302099a805g", "%F0%9F%92%A9"),
    *("%00", "%FF", "..%2F..%2Fetc", "%0D%0AX-Evil:%201", LONG),
]
#: Pages of admin are all the same code: they get these.
FEW_IDS = ["not-an-id", "%00", "%FF", LONG]
#: Of these and of what follows each route gets a part, in turns: the same code reads them all.
QUERIES = [
    *("page=0", "page=-1", "page=x", "page=99999999999999999999", "page=1&page=2", "page=%00", "page[]=1", "page="),
    *("limit=0", "limit=abc", "limit=1e9", "limit=%FF", "limit=%D9%A3", "offset=-1", "offset=99999999999999999999"),
    *("before=x", "before=%00", "since=%00", "format=exe", "format=%00", "original=maybe", "user_id=x", "user_id=%00"),
    *(
        "action=%00",
        "token=%FF",
        f"token={LONG}",
        "next=%00",
        "next=//evil.example",
        "time=%00",
        "=&&&=",
        "%",
        "%zz=%zz",
    ),
]
OF_ADMIN = [
    "q=%00",
    "q=%FF",
    "p=abc",
    "p=99999999999999999999",
    "o=x.y",
    "e=1",
    "all=",
    "id__exact=%00",
    "nosuch=1",
    "_to_field=x",
]
BODIES = [
    *(
        b"",
        b"{",
        b"[]",
        b"[1]",
        b'"x"',
        b"7",
        b"null",
        b"true",
        b"NaN",
        b"[" * 5000,
        b'{"a":' * 2000,
        b"\xff\xfe",
        b"\x00",
    ),
    *(b'{"a": NaN}', b'{"a": "\\ud800"}', b'{"a": "\\u0000"}', b'{"a": 1e999}', b'{"": ""}', b'{"a": 1, "a": 2}'),
    *(b"{}" + b" " * 70_000, json.dumps({"n": 10**400}).encode(), "\ufeff{}".encode()),
]
#: In place of every field there is.
VALUES = [
    *(
        None,
        "",
        "x",
        LONG,
        0,
        -1,
        10**30,
        1.5,
        True,
        [],
        [None],
        ["x"] * 300,
        {},
        {"a": {"b": []}},
        "a\tb\u202ec",
        "0",
        "null",
    ),
    *(
        "2026-13-45T99:99:99Z",
        "2026-01-01T00:00:00",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "https://[",
    ),
    *(
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "a@b",
        "\u200b",
        "#",
    ),
]
KINDS_OF_BODY = [
    *(
        "",
        "text/plain",
        FORM,
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "application/xml",
        "x",
        "a/b; c",
    ),
    *("application/json; charset=klingon", "application/json; charset=utf-16", "application/json; charset=utf-8"),
]
TEXTS = [
    "",
    "x",
    LONG,
    "\x00",
    "-1",
    "99999999999999999999",
    "NaN",
    "2026-13-45",
    "9999-12-31T23:59",
    "<b>",
    "\u200b",
    "#",
    "https://[",
]

METHODS = {"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "BREW"}
OPERATIONS = [(method, route) for route in routes() if route.is_api for method in (route.methods or ("GET",))]
PAGES = [route for route in routes() if not route.is_api]


def name_of(case):
    return f"{case[0]} {case[1].pattern}" if isinstance(case, tuple) else case.pattern


def told(faults):
    assert not faults, "\n".join(f"{sent!r}: {fault}"[:400] for sent, fault in faults)


def caller_of(row):
    """Somebody who gets as far as what is sent."""
    return next((name for name in ("host", "speaker", "attendee", "superuser") if name in API_ROWS[row]), "host")


def visitor_of(route):
    row = page_row(route)
    may = row.may_see | row.may_send
    return next((name for name in ("host", "manager", "staff", "superuser") if name in may), "superuser")


def is_of_admin(route):
    return route.pattern.startswith("admin/")


def with_odd_ids(route, ids):
    """Each parameter odd in its turn, the others as they are."""
    for name in route.names:
        for odd in FEW_IDS if is_of_admin(route) else IDS:
            yield odd, route.address(ids | {name: odd})


@pytest.mark.parametrize("case", [case for case in OPERATIONS if PLACE.search(case[1].pattern)], ids=name_of)
def test_an_odd_id_in_an_address_of_the_api(world, livekit, case):
    method, route = case
    row = f"{method} {route.pattern.removeprefix(API)}"
    caller, kind, faults = caller_of(row), KINDS.get(row), []
    for odd, address in with_odd_ids(route, world.ids):
        faults += [
            (odd[:50], fault)
            for fault in faults_of(world, caller, method, ask(world, caller, method, address, kind=kind))
        ]
    told(faults)


@pytest.mark.parametrize("route", [each for each in PAGES if PLACE.search(each.pattern)], ids=name_of)
def test_an_odd_id_in_the_address_of_a_page(world, livekit, route):
    visitor, faults = visitor_of(route), []
    for odd, address in with_odd_ids(route, world.ids):
        for method in ("GET",) if is_of_admin(route) else ("GET", "POST"):
            reply = ask(world, visitor, method, address, page=True)
            faults += [(odd[:50], fault) for fault in faults_of(world, visitor, method, reply)]
    told(faults)


@pytest.mark.parametrize("case", [case for case in OPERATIONS if case[0] == "GET"], ids=name_of)
def test_an_odd_query_in_the_api(world, livekit, case):
    _method, route = case
    caller, faults = caller_of(f"GET {route.pattern.removeprefix(API)}"), []
    for query in QUERIES[OPERATIONS.index(case) % 2 :: 2]:
        reply = ask(world, caller, "GET", f"{route.address(world.ids)}?{query}")
        faults += [(query[:50], fault) for fault in faults_of(world, caller, "GET", reply)]
    told(faults)


@pytest.mark.parametrize(
    "route", [each for each in PAGES if not is_of_admin(each) or each.pattern in of_models()], ids=name_of
)
def test_an_odd_query_to_a_page(world, livekit, route):
    visitor, faults = visitor_of(route), []
    for query in OF_ADMIN if is_of_admin(route) else QUERIES[PAGES.index(route) % 3 :: 3]:
        reply = ask(
            world, visitor, "GET", f"{route.address(world.ids | page_row(route).ids(world))}?{query}", page=True
        )
        faults += [(query[:50], fault) for fault in faults_of(world, visitor, "GET", reply)]
    told(faults)


@pytest.mark.parametrize("case", [case for case in OPERATIONS if case[0] in UNSAFE], ids=name_of)
def test_an_odd_body_to_the_api(world, livekit, case):
    method, route = case
    row = f"{method} {route.pattern.removeprefix(API)}"
    caller, address, faults = caller_of(row), route.address(world.ids), []
    number = OPERATIONS.index(case)
    sent = [(body, KINDS.get(row, JSON)) for body in BODIES[number % 3 :: 3]]
    sent += [(b"{}", kind) for kind in KINDS_OF_BODY[number % 3 :: 3]]
    sent += [
        (json.dumps(dict.fromkeys(fields_of(method, route), value)).encode(), JSON) for value in VALUES[number % 2 :: 2]
    ]
    for body, kind in sent:
        reply = ask(world, caller, method, address, body=body, kind=kind)
        faults += [((body[:80], kind), fault) for fault in faults_of(world, caller, method, reply)]
    told(faults)


def fields_of(method, route):
    """Those that the operation takes, as described."""
    described = document()["paths"].get("/" + PLACE.sub(lambda found: f"{{{found[1]}}}", route.pattern), {})
    content = described.get(method.lower(), {}).get("requestBody", {}).get("content", {})
    schema = next(iter(content.values()), {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    return document()["components"]["schemas"].get(name, schema).get("properties", {}) or {"a": None}


@pytest.mark.parametrize("route", [each for each in PAGES if page_row(each) and page_row(each).may_send], ids=name_of)
def test_an_odd_form(world, livekit, route):
    """Every field of the page's form filled with what does not belong there, in the encoding of a form and in others."""
    visitor, faults = visitor_of(route), []
    address = route.address(world.ids | page_row(route).ids(world))
    shown = ask(world, visitor, "GET", address, page=True)
    names = sorted(set(re.findall(r'name="([\w-]+)"', shown.text)) - {"csrfmiddlewaretoken"}) or ["a"]
    texts = TEXTS[:: 3 if is_of_admin(route) else 1]
    sent = [(urlencode(dict.fromkeys(names, text)).encode(), FORM) for text in texts]
    sent += [(b"&".join(f"{name}=%FF%00".encode() for name in names), FORM), (b"a=1" * 9000, FORM)]
    kinds = (JSON, "multipart/form-data; boundary=x", "x")
    odd = [(body, kind) for body in (b"", b"{", b"\xff\x00") for kind in kinds]
    sent += odd[PAGES.index(route) % 3 :: 3] if is_of_admin(route) else odd
    for body, kind in sent:
        reply = ask(world, visitor, "POST", address, page=True, body=body, kind=kind)
        faults += [((body[:80], kind), fault) for fault in faults_of(world, visitor, "POST", reply)]
    told(faults)


@pytest.mark.parametrize("route", routes(), ids=name_of)
def test_a_method_that_nobody_expects(world, livekit, route):
    caller, faults = ("host" if route.is_api else visitor_of(route)), []
    for method in {"PUT", "BREW"} if is_of_admin(route) else METHODS - {*route.methods}:
        reply = ask(world, caller, method, route.address(world.ids), page=not route.is_api)
        faults += [(method, fault) for fault in faults_of(world, caller, method, reply)]
        if route.is_api and reply.status < 300 and method != "OPTIONS":
            faults.append((method, f"is taken: {reply.status}"))
    told(faults)
