"""The ways of a request that are measured, what each is held against, and how much of it is allowed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.http import Request

API = "/v1/webinar"
BARE, D1, D20, DC = "bare view", "D1", "D20", "DC"

#: What the plain project is asked, and how often the batch of a reference is that of a way.
_EVENT = {"title": "Another one", "description": "What it is about. " * 5, "starts_at": "2030-01-01T10:00:00Z"}


def plain(name: str, token: str) -> Request:
    """The request of the plain project that is called ``name``."""
    match name:
        case "bare view":
            return Request("GET", "/bare/")
        case "D1":
            return Request("GET", "/events/3/", token=token, scheme="Token")
        case "D20":
            return Request("GET", "/events/", token=token, scheme="Token")
        case _:
            return Request("POST", "/events/", _EVENT, token=token, scheme="Token")


REFERENCES = (BARE, D1, D20, DC)


@dataclass(frozen=True, slots=True)
class Asker:
    """One person: their number (of all of this kind), token and address."""

    number: int
    token: str

    @property
    def address(self) -> str:
        """One of 200 client addresses."""
        return f"198.51.100.{self.number % 200 + 1}"


Make = Callable[[dict[str, Any], Asker], Request]


@dataclass(frozen=True, slots=True)
class Way:
    """``goal``: the most that it may cost, in multiples of ``reference``. ``people``: who asks; each of them once.

    ``crowds``: whether it is asked for each size of crowd. ``is_known``: the person is counted as present already.
    ``is_gathered``: what it changes is written once a second for all who asked, so that it is measured in batches of a
    crowd and until that was done.
    """

    name: str
    reference: str
    goal: float
    make: Make
    status: int = 200
    people: str = "askers"
    crowds: bool = True
    is_known: bool = False
    is_gathered: bool = False


def _get(path: str) -> Make:
    return lambda session, asker: Request("GET", API + path.format(**session), token=asker.token, address=asker.address)


def _post(path: str, body: dict[str, Any] | None = None) -> Make:
    def make(session: dict[str, Any], asker: Asker) -> Request:
        filled = {
            name: value.format(**session, number=asker.number) if isinstance(value, str) else value
            for name, value in (body or {}).items()
        }
        return Request("POST", API + path.format(**session), filled, asker.token, asker.address)

    return make


def _register(session: dict[str, Any], asker: Asker) -> Request:
    return Request("POST", f"{API}/auth/viewer/register", {"display_name": "Grace Hopper"}, address=asker.address)


TICKET = Way("ticket", DC, 1.0, _post("/sessions/{id}/realtime/ticket"))
CONNECT = "connect"
#: A connect, in CPU milliseconds more than that of a bare loop.
CONNECT_GOAL = 0.8

WAYS = (
    Way("session", D1, 1.0, _get("/sessions/{id}")),
    Way("list of 20 sessions", D20, 1.0, _get("/sessions?limit=20"), crowds=False),
    Way("poll results", D1, 1.5, _get("/polls/{poll}/results")),
    Way("chat page of 50", D20, 1.5, _get("/sessions/{id}/chat?limit=50")),
    Way("chat", DC, 2.0, _post("/sessions/{id}/chat", {"message": "Message {number} of somebody."}), status=201),
    Way("vote", DC, 2.0, _post("/polls/{poll}/vote", {"option_id": "{option}"})),
    Way("question", DC, 2.0, _post("/sessions/{id}/questions", {"text": "What about {number}?"}), status=201),
    Way("hand", DC, 2.0, _post("/sessions/{id}/stage/raise_hand", {"message": "May I?"}), status=201),
    Way("first heartbeat", DC, 1.0, _post("/sessions/{id}/heartbeat"), is_gathered=True),
    Way("heartbeat", DC, 1.0, _post("/sessions/{id}/heartbeat"), is_known=True, is_gathered=True),
    Way("viewer/register", DC, 1.5, _register, status=201, crowds=False),
    Way("join", DC, 2.0, _post("/sessions/{id}/join"), people="newcomers"),
    TICKET,
)


def chosen(names: list[str] | None) -> list[Way]:
    """The ways whose names contain one of ``names``; all without. ``connect`` means ticket and connect.

    Raises SystemExit when a name means none.
    """
    if not names:
        return list(WAYS)
    found: list[Way] = []
    for name in names:
        exact = [way for way in WAYS if way.name == name]
        like = exact or [way for way in WAYS if name in way.name or (name == CONNECT and way is TICKET)]
        if not like:
            raise SystemExit(f"No way is called {name!r}. There are: {', '.join(way.name for way in WAYS)}.")
        found += [way for way in like if way not in found]
    return found
