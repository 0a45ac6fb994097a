"""What the crew's rules find in a text, and in what they find nothing."""

import pytest

from accounts.person import Person
from core.errors import Invalid
from sessions.moderation.blocked import blocked_word, link_in
from sessions.moderation.rules import check_text
from sessions.rights.capabilities import capabilities


@pytest.mark.parametrize(
    "text",
    [
        "spam",
        "SPAM!",
        "buy sPaM now",
        "ｓｐａｍ",
        "(spam)",
        "no way out",
        "No  \n Way",
        "s\u200bp\u00adam",
        "sраm",
        "ЅРАМ",
        "s\u0336p\u0336a\u0336m\u0336",
        "これはspamです",
        "_spam_",
    ],
)
def test_a_blocked_word_is_found_whatever_its_case_and_width(text):
    assert blocked_word(text, ["Spam", "no way"])


@pytest.mark.parametrize("text", ["spamalot", "antispam", "s p a m", "", "no, way"])
def test_other_words_are_not_blocked(text):
    assert not blocked_word(text, ["spam", "no way", " ", ""])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("お前は馬鹿だ", "馬鹿"),
        ("こいつはバカだ", "バカ"),
        ("คุณโง่มาก", "โง่"),
        ("너는바보야", "바보"),
        ("ты дурак!", "ДУРАК"),
        ("ты дуpaк!", "дурак"),
        ("أَحْمَق", "أحمق"),
        ("WEISS", "weiß"),
    ],
)
def test_a_blocked_word_is_found_in_every_script(text, word):
    assert blocked_word(text, ["other", word])


@pytest.mark.parametrize(
    ("text", "word"), [("first class", "ass"), ("дуракаваляние", "дурак"), ("cono", "coño"), ("αντίθετα", "αντί")]
)
def test_where_words_have_spaces_a_part_of_one_is_not_blocked(text, word):
    assert not blocked_word(text, [word])


def test_words_with_signs_are_taken_literally():
    assert blocked_word("I like c++ much", ["c++"])
    assert not blocked_word("I like ccc much", ["c++", ".*"])


@pytest.mark.parametrize(
    "text",
    [
        "http://example.com",
        "see https://example.com/a?b",
        "www.example.com/x",
        "go to example.com",
        "HTTPS://EXAMPLE",
        "a.b.example.de/x",
        "example.com/path",
        "Example.COM",
        "Example.Com/path",
        "https://münchen.de",
        "www.münchen.de",
        "münchen.de/x",
        "write to me@web.de",
        "exam\u200dple.com",
        "ｅｘａｍｐｌｅ．ｃｏｍ",
        "見てexample.com",
        "ftp://x",
        "пример.рф",
        "example.photography/x",
        "www.x.org",
        "write to me@example.com",
        "t.me/somebody",
    ],
)
def test_links_are_found(text):
    assert link_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "e.g. this",
        "3.14 is pi",
        "Wait... what?",
        "v2.0",
        "Yes. No",
        "Yes.No",
        "e.g.this",
        "That is it.So what?",
        "Node.js",
        "yes.it works",
        "main.py",
        "main.py:12",
        "ASP.NET",
        "asp.net core",
        "socket.io",
        "sim.eu acho",
        "antes.de irme",
        "3.5 km/h",
        "done.live now",
        "www",
        "a.b",
    ],
)
def test_what_is_no_link_is_left_alone(text):
    assert link_in(text) is None


def test_the_crew_is_free_and_the_audience_is_told_what_to_do(live_session, host, guest):
    live_session.blocked_words, live_session.block_links = ["spam"], True
    check_text(live_session, capabilities(Person(user=host), live_session), "spam at www.example.com", field="text")
    audience = capabilities(Person(user=guest), live_session)
    for text, code in (("spam", "blocked_word"), ("www.example.com", "link")):
        with pytest.raises(Invalid) as refused:
            check_text(live_session, audience, text, field="text")
        assert (refused.value.errors[0].field, refused.value.errors[0].code) == ("text", code)
    assert "www.example.com" in str(refused.value.sentence)
