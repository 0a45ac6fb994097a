"""Text from outside costs linear time: every regular expression of the product, and every function that reads such text.

Expressions are found by themselves: in the sources, in modules' names, in validators and in the URLconf.
"""

import contextlib
import re

import pytest
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.urls import get_resolver
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework.parsers import ParseError

from accounts.names import clean_name
from core.addresses import client_address, network_of
from core.api.parsers import StrictJSONParser
from core.errors import Problem
from core.lookalikes import name_forms
from core.texts import clean_text
from media.engines.gateway.amf import decode
from media.engines.gateway.errors import ProtocolError
from media.engines.gateway.h264 import read_configuration, read_sequence_parameters, split_units
from media.engines.recorder.room import conceal
from recordings import webvtt
from sessions.moderation.blocked import blocked_word, link_in
from tests import expressions
from tests.growth import grows_too_fast
from webinar.redaction import redact
from webinar.request_log import route_of
from webinar.serve.http import PATH_LIMIT
from webinar.serve.pool import tidy
from webinar.serve.ranges import Version, answer


def found() -> dict[tuple[str | bytes, int], tuple[str, re.Pattern]]:
    together = []
    for path in expressions.sources():
        together += [(where, pattern) for where, pattern, _text in expressions.written(path) if pattern is not None]
        if path.name not in {"manage.py", "__main__.py"}:
            together += expressions.held(expressions.module_of(path))
    together += expressions.addresses(get_resolver())
    return {(pattern.pattern, pattern.flags): (where, pattern) for where, pattern in reversed(together)}


FOUND = list(found().values())
ADDRESSES = {pattern for _where, pattern in expressions.addresses(get_resolver())}


def test_the_search_for_expressions_finds_those_that_are_known():
    patterns = {pattern.pattern for _where, pattern in FOUND}
    assert webvtt._TAG.pattern in patterns
    assert r"(?:NOTE|STYLE|REGION)(?:\s|$)" in patterns  # written inline
    assert r"^#[0-9a-fA-F]{6}$" in patterns  # of a validator
    assert any("(?P<session_id>" in str(pattern) for pattern in patterns)  # of an address


def test_no_expression_is_made_at_run_time():
    """What a host typed becomes one of ``regex``; it is measured below as the function that it is in."""
    made = {
        where.partition(":")[0]
        for path in expressions.sources()
        for where, pattern, _text in expressions.written(path)
        if pattern is None
    }
    assert made == set()


@pytest.mark.parametrize(
    "expression", [pytest.param(pattern, id=f"{where} {pattern.pattern!r:.60}") for where, pattern in FOUND]
)
def test_an_expression_takes_linear_time(expression):
    is_text = isinstance(expression.pattern, str)
    longest = PATH_LIMIT if expression in ADDRESSES else None  # serve refuses longer paths before they are matched
    for beginning, pump, end in expressions.hostile(expression):

        def run(size, beginning=beginning, pump=pump, end=end):
            text = (beginning + pump * size)[:longest] + end
            subject = text if is_text else text.encode("latin-1", "replace")
            for _match in expression.finditer(subject):
                pass
            expression.fullmatch(subject)

        assert grows_too_fast(run) is None, (beginning, pump, end)


@pytest.mark.parametrize(
    "expression",
    [
        r"<v(?:\.[^\s>]*)*\s+([^>]+)>",  # exponential
        r"(a|aa)+$",
        r"\beyJ[\w-]+\.[\w-]+\.[\w-]*",  # a square
        r"\{\\[^}]*\}",
        r"[^\S\n]+\n",
        r"(?:[\w-]+\.)+(?P<ending>[\w-]+)",
    ],
)
def test_the_measure_knows_what_grows_faster(expression):
    compiled = re.compile(expression)
    inputs = expressions.hostile(compiled)
    assert any(
        grows_too_fast(lambda size, one=one: compiled.findall(one[0] + one[1] * size + one[2])) for one in inputs
    )


def request_with(**headers: str) -> HttpRequest:
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": "127.0.0.1", **headers}
    return request


class Stream:
    """A request's body."""

    def __init__(self, text: str) -> None:
        self._raw = text.encode("utf-8", "replace")

    def read(self, size: int) -> bytes:
        return self._raw[:size]


def cookies(text: str) -> dict[str, str]:
    """As they come to Django."""
    scope = tidy({"headers": [(b"cookie", text.encode("latin-1", "replace"))], "query_string": text.encode()}, 0)
    return parse_cookie(scope["headers"][0][1].decode("latin-1"))


def ranges(text: str) -> object:
    names = ("range", "if-range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since")
    return [answer("GET", {name: text}, Version(1000, 1)) for name in names]


def route(text: str) -> str:
    request = HttpRequest()
    request.path_info = f"/{text}"
    return route_of(request)


READERS = {
    "a line of the log": lambda text: redact(
        None, "info", {"event": text, text: text, "exception": text, "all": [text] * 9}
    ),
    "captions": lambda text: webvtt.read(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}".encode("utf-8", "replace")),
    "a captions file": lambda text: webvtt.read(text.encode("utf-8", "replace")),
    "a captions file in SRT": lambda text: webvtt.read(
        f"1\n00:00:01,000 --> 00:00:02,000\n{text}".encode("utf-8", "replace")
    ),
    "the times of captions": lambda text: webvtt.read(f"WEBVTT\n\n{text} --> {text}\n".encode("utf-8", "replace")),
    "a message": lambda text: clean_text(text, most_breaks=20),
    "a name": clean_name,
    "a name beside others": name_forms,
    "a message that may hold links": lambda text: link_in(text),
    "a message that may hold blocked words": lambda text: blocked_word(text, ["a", "aa", "a a", text[:50]]),
    "an error of the media room": conceal,
    "conditions and ranges": ranges,
    "cookies": cookies,
    "languages": parse_accept_lang_header,
    "forwarded addresses": lambda text: client_address(request_with(HTTP_X_FORWARDED_FOR=text)),
    "an address": network_of,
    "a path": route,
    "JSON": lambda text: StrictJSONParser().parse(Stream(text)),  # type: ignore[arg-type]
    "AMF": lambda text: decode(text.encode("latin-1", "replace")),
    "H.264's configuration": lambda text: read_configuration(text.encode("latin-1", "replace")),
    "H.264's parameters": lambda text: read_sequence_parameters(b"\x67" + text.encode("latin-1", "replace")),
    "H.264's units": lambda text: split_units(text.encode("latin-1", "replace"), 4),
}
PIECES = [
    *expressions.ORDINARY,
    "eyJ-", "eyJa.", "Bearer ", "key=", "rt_", "<v", "<v.", "<v a", "{\\", "</", "<0:", "&#", "&#9", "&amp", "--> ", "00:01.000 ",
    "\n\n", "\r", "\r\n", "\r\r\n", "a.", "a.a-", ".a", "www.", "a://", "http://", "a, ", "a;q=0.1,", "127.0.0.1,", "::",
    '="\\', '\\"', ";a=\\", "[[", '{"a":', '"\\u0000', "9", "\u0301", "\u0301\u0316", "e\u0301", "\ufdfa", "\u200d", "\u202e",
    "\x03\x00\x01a", "\x0a\x00\x00\x00\x01", "\x02\x00\x01a", "\x00\x00\x00\x01", "\x00\x00\x03", "\xff", "bytes=0-1,", '"a",W/',
]  # fmt: skip


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS.keys())
def test_what_reads_text_from_outside_takes_linear_time(reader):
    shapes = [(lambda size, piece=piece, end=end: piece * size + end) for piece in PIECES for end in ("", "!")]
    # Marks that are to be put in order, a number that is long, and openings with their ends.
    shapes += [
        lambda size: "a" + "\u0301" * size + "\u0316" * size,
        lambda size: "&#" + "9" * size + ";",
        lambda size: "[" * size + "]" * size,
        lambda size: '{"a":' * size + "1" + "}" * size,
        lambda size: 'a="' + "\\\\" * size + '"',
    ]
    for number, shape in enumerate(shapes):

        def run(size, shape=shape):
            with contextlib.suppress(Problem, ParseError, ProtocolError):
                reader(shape(size))

        assert grows_too_fast(run) is None, (number, shape(3))
