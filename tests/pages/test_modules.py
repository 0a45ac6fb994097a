"""What the pages' modules decide without a page, in node."""

import json
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from accounts.forms import AccountForm
from accounts.models import User
from chat.reactions import EMOJIS
from tests.javascript import Function
from webinar.templatetags.product import local_time, plain_time


@pytest.fixture
def function():
    """``function(module, name)`` is a function of a module."""
    opened = []

    def open_one(module, name):
        opened.append(Function(module, name))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


# promotion.js

MODERATOR = "You are a moderator of this webinar."
SPEAKER = "You are a speaker in this webinar. Wait backstage until you are brought on stage."


@pytest.mark.parametrize(
    ("role", "told", "news"),
    [
        ("audience", None, ""),
        ("speaker", None, SPEAKER),
        ("speaker", "speaker", None),
        ("moderator", "speaker", MODERATOR),
        ("audience", "moderator", ""),
        ("audience", "audience", None),
    ],
)
def test_a_new_role_is_told_once_and_a_lost_one_taken_down(function, role, told, news):
    assert function("watch/promotion.js", "newsOf")(role, told) == news


# reactions.js


def test_each_reaction_has_a_name(function):
    name_of = function("chat/reactions.js", "nameOf")
    names = [name_of(emoji) for emoji in EMOJIS]
    assert len(set(names)) == len(EMOJIS)
    assert set(names).isdisjoint(EMOJIS)


# viewport.js


@pytest.fixture
def watch(function):
    """``watch((width, height, scale, typing), …)`` is what is seen after each."""
    seen = function("shared/viewport.js", "seen")

    def look(*moments):
        now, found = None, []
        for width, height, scale, is_typing in moments:
            now = seen(now, {"width": width, "height": height, "scale": scale}, is_typing)
            found.append(now and (now["height"], now["keyboard"]))
        return found

    return look


def test_a_keyboard_covers_a_good_part_of_the_window_while_somebody_types(watch):
    found = watch((390, 800, 1, False), (390, 800, 1, True), (390, 460, 1, True), (390, 800, 1, True))
    assert found == [(800, "closed"), (800, "closed"), (460, "open"), (800, "closed")]


def test_a_bar_of_the_browser_or_a_small_window_is_no_keyboard(watch):
    assert watch((390, 800, 1, True), (390, 700, 1, True)) == [(800, "closed"), (700, "closed")]
    assert watch((390, 800, 1, False), (390, 460, 1, False)) == [(800, "closed"), (460, "closed")]


def test_a_turned_phone_is_measured_anew(watch):
    assert watch((390, 800, 1, True), (800, 390, 1, True), (800, 180, 1, True)) == [
        (800, "closed"),
        (390, "closed"),
        (180, "open"),
    ]


def test_zooming_in_changes_nothing(watch):
    assert watch((195, 400, 2, True)) == [None]
    assert watch((390, 800, 1, True), (195, 400, 2, True)) == [(800, "closed"), (800, "closed")]


# centrifugo.js


@pytest.mark.parametrize(
    ("command", "data", "operation"),
    [
        ("question.vote", {"question_id": "7"}, ["POST", "../../questions/7/vote"]),
        ("question.vote", {"question_id": "7", "voted": True}, ["POST", "../../questions/7/vote"]),
        ("question.vote", {"question_id": "7", "voted": False}, ["DELETE", "../../questions/7/vote"]),
        ("question.ask", {"text": "Why?"}, ["POST", "questions", {"text": "Why?"}]),
        ("poll.vote", {"poll_id": "7", "option_id": "8"}, ["POST", "../../polls/7/vote", {"option_id": "8"}]),
        ("chat.send", {"message": "Hi"}, ["POST", "chat", {"message": "Hi"}]),
        ("hand.lower", {}, ["POST", "stage/lower_hand", {}]),
    ],
)
def test_commands_go_to_the_operations_that_do_the_same(function, command, data, operation):
    assert function("room/centrifugo.js", "operationOf")(command, data) == operation


# grid.js


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [(374, 275, "tall"), (304, 220, "tall"), (900, 560, "wide"), (540, 300, "wide"), (700, 1000, "tall")],
)
def test_cameras_stand_where_they_leave_the_larger_screen(function, width, height, shape):
    assert function("stage/grid.js", "screenShape")(width, height) == shape


@pytest.mark.parametrize("count", [1, 2, 6, 12])
@pytest.mark.parametrize(("width", "height"), [(304, 140), (374, 219), (540, 300), (900, 560), (1500, 900)])
def test_as_many_as_a_stage_usually_holds_fit_without_scrolling(function, count, width, height):
    size = function("stage/grid.js", "tileSize")(count, width, height, 8)
    columns = (width + 8) // (size["width"] + 8)
    assert -(-count // columns) * (size["height"] + 8) - 8 <= height


# returning.js


@pytest.mark.parametrize(
    ("text", "former"),
    [
        ('{"at": 1000, "connection": "PA_1"}', {"connection": "PA_1"}),
        ('{"at": 120000, "connection": "PA_1"}', {"connection": "PA_1"}),  # the clock was set back meanwhile
        ('{"at": -200000, "connection": "PA_1"}', None),
        ("{", None),
        ("7", None),
        ("null", None),
        (None, None),
    ],
)
def test_a_tab_remembers_the_last_two_minutes(function, text, former):
    assert function("room/returning.js", "formerOf")(text, 1000) == former


# again.js


@pytest.mark.parametrize(
    ("error", "tries", "chance", "wait"),
    [
        ({"code": "busy", "retryAfter": 2}, 1, 0, 2000),
        ({"code": "busy", "retryAfter": 2}, 1, 0.5, 3000),
        ({"code": "busy", "retryAfter": 2}, 3, 0.5, 5000),
        ({"code": "busy", "retryAfter": 2}, 6, 0.5, None),
        ({"code": "busy", "retryAfter": None}, 1, 0.5, None),
        ({"code": "media_unavailable", "retryAfter": 5}, 1, 0.5, None),
        ({"code": "too_many_requests", "retryAfter": 60}, 1, 0.5, None),
        ({}, 1, 0.5, None),
    ],
)
def test_only_who_was_told_busy_comes_again_later_each_time_and_not_all_at_once(function, error, tries, chance, wait):
    assert function("shared/again.js", "waitBefore")(error, tries, chance) == wait


def test_a_call_is_made_again_while_the_server_is_busy(function):
    """By the pages' own module, to a server that is busy at first."""
    asked = []

    class Busy(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            is_first = len(asked) == 1
            body = {"success": not is_first, "data": {"n": len(asked)}, "code": "busy", "error": "Later."}
            content = json.dumps(body).encode()
            self.send_response(503 if is_first else 200)
            for name, value in (("Retry-After", "1"), ("Content-Length", str(len(content)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        call = function("shared/page.js", "callApi")
        answer = call(f"http://127.0.0.1:{server.server_port}/", {"method": "POST", "body": {"a": 1}})
        server.shutdown()
    assert answer == {"n": 2}
    assert asked == [b'{"a":1}'] * 2


# stage/layout.js


def tile(person, kind="camera"):
    return {"key": f"{person}/{kind}", "kind": kind, "identity": person}


ANN, BEN, CY, SCREEN = tile("ann"), tile("ben"), tile("cy"), tile("ben", "screen")


@pytest.mark.parametrize(
    ("layout", "tiles", "speaker", "shape", "large", "small"),
    [
        ("screen", [ANN, BEN], None, "people", "", "ann/camera ben/camera"),
        ("screen", [ANN, SCREEN], None, "screen", "ben/screen", "ann/camera"),
        ("grid", [ANN, SCREEN], None, "people", "", "ann/camera ben/screen"),
        ("speaker", [ANN], "ann", "people", "", "ann/camera"),
        ("speaker", [ANN, BEN, SCREEN], "ben", "screen", "ben/camera", "ann/camera ben/screen"),
        ("speaker", [ANN, BEN], "somebody who left", "screen", "ann/camera", "ben/camera"),
        ("speaker", [SCREEN], None, "screen", "ben/screen", ""),
        ("grid", [SCREEN], None, "screen", "ben/screen", ""),
        ("spotlight", [ANN, CY, SCREEN], None, "people", "", "cy/camera"),
        ("spotlight", [ANN, BEN], None, "people", "", "ann/camera ben/camera"),
        ("side_by_side", [ANN, CY, SCREEN], None, "halves", "ben/screen", "ann/camera cy/camera"),
        ("side_by_side", [SCREEN], None, "screen", "ben/screen", ""),
        ("side_by_side", [ANN, BEN], None, "row", "", "ann/camera ben/camera"),
        (
            "side_by_side",
            [tile(str(number)) for number in range(5)],
            None,
            "people",
            "",
            " ".join(f"{n}/camera" for n in range(5)),
        ),
    ],
)
def test_the_layout_says_where_each_picture_stands(layout, tiles, speaker, shape, large, small, function):
    wanted = {"layout": layout, "spotlight_identity": "cy" if layout == "spotlight" else None}
    found = function("stage/layout.js", "arrangement")(wanted, tiles, speaker)
    is_seen, is_large = "ben/screen" in f"{large} {small}", shape == "screen" and large == "ben/screen"
    assert found.pop("mayEnlarge") is (is_seen and not is_large)
    assert found == {"shape": shape, "large": large.split(), "small": small.split()}


@pytest.mark.parametrize("layout", ["grid", "speaker", "side_by_side"])
def test_one_person_may_have_the_shared_screen_large_in_every_layout_that_shows_it(layout, function):
    arrangement = function("stage/layout.js", "arrangement")
    wanted, large = {"layout": layout, "spotlight_identity": None}, {"isShareLarge": True}
    found = arrangement(wanted, [ANN, CY, SCREEN], "ann", large)
    places = {"shape": "screen", "large": ["ben/screen"], "small": ["ann/camera", "cy/camera"]}
    assert found == {**places, "mayEnlarge": True}
    assert arrangement(wanted, [ANN, CY], "ann", large) == {
        **arrangement(wanted, [ANN, CY], "ann"),
        "mayEnlarge": False,
    }
    assert arrangement({"layout": "screen"}, [ANN, CY, SCREEN], "ann", large) == {**places, "mayEnlarge": False}


def test_who_runs_the_webinar_sees_everybody_beside_the_spotlight(function):
    wanted = {"layout": "spotlight", "spotlight_identity": "cy"}
    found = function("stage/layout.js", "arrangement")(wanted, [ANN, CY], None, {"isWhole": True})
    assert found == {"shape": "screen", "large": ["cy/camera"], "small": ["ann/camera"], "mayEnlarge": False}


def test_the_speaker_stays_large_until_somebody_else_speaks_alone(function):
    after = function("stage/layout.js", "speakerAfter")
    assert [after(*one) for one in ((None, []), (None, ["a", "b"]), ("b", ["a", "b"]), ("b", []), ("b", ["a"]))] == [
        None,
        "a",
        "b",
        "b",
        "a",
    ]


#: Their offset is shown by browsers, which do not know the abbreviation that the time zone database has.
WITHOUT_NAME = {
    *("America/Dawson", "America/Hermosillo", "America/Mazatlan", "America/Whitehorse", "Antarctica/Troll"),
    *("Europe/Guernsey", "Europe/Isle_of_Man", "Europe/Jersey"),
}


@pytest.mark.parametrize("moment", ["2027-01-15T12:00:00+00:00", "2027-07-15T12:00:00+00:00"])
def test_a_zone_is_named_as_the_server_names_it(function, moment):
    written = function("shared/moments.js", "longMoment")
    for name, _label in AccountForm(instance=User()).fields["time_zone"].choices[1:]:
        if name not in WITHOUT_NAME:
            with timezone.override(name):
                assert written(moment, name) == plain_time(datetime.fromisoformat(moment)), name


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"])
@pytest.mark.parametrize(
    "moment", ["2027-03-14T01:30:00+00:00", "2031-10-26T00:05:00+00:00", "2027-12-31T23:00:00+00:00"]
)
def test_a_moment_is_written_as_the_server_writes_it(function, moment, zone):
    with timezone.override(zone):
        long, short = plain_time(datetime.fromisoformat(moment)), local_time(datetime.fromisoformat(moment), "short")
    assert function("shared/moments.js", "longMoment")(moment, zone) == long
    assert f">{function('shared/moments.js', 'shortMoment')(moment, zone, True)}</time>" in short
    assert function("shared/moments.js", "timeOf")(moment, zone) in long
    assert long.startswith(function("shared/moments.js", "dayOf")(moment, zone))
