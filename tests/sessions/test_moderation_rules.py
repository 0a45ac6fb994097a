"""What the crew's rules find in a text, and in what they find nothing."""

import pytest

from accounts.person import Person
from base.errors import Invalid
from sessions.capabilities import capabilities
from sessions.moderation_rules import check_text, has_blocked_word, has_link


@pytest.mark.parametrize(
    "text", ["spam", "SPAM!", "buy sPaM now", "ｓｐａｍ", "(spam)", "no way out", "No  Way".replace("  ", " ")]
)
def test_a_blocked_word_is_found_whatever_its_case_and_width(text):
    assert has_blocked_word(text, ["Spam", "no way"])


@pytest.mark.parametrize("text", ["spamalot", "antispam", "s p a m", "", "no, way"])
def test_other_words_are_not_blocked(text):
    assert not has_blocked_word(text, ["spam", "no way", " ", ""])


def test_words_with_signs_are_taken_literally():
    assert has_blocked_word("I like c++ much", ["c++"])
    assert not has_blocked_word("I like ccc much", ["c++", ".*"])


@pytest.mark.parametrize(
    "text",
    [
        "http://example.com",
        "see https://example.com/a?b",
        "www.example.com/x",
        "go to example.com",
        "HTTPS://EXAMPLE",
        "a.b.example.de!",
        "example.com/path",
        "Example.COM",
        "Example.Com/path",
        "https://münchen.de",
        "münchen.de",
        "пример.рф",
        "example.photography",
        "www.x.org",
        "write to me@example.com",
        "t.me/somebody",
    ],
)
def test_links_are_found(text):
    assert has_link(text)


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
        "www",
        "a.b",
    ],
)
def test_what_is_no_link_is_left_alone(text):
    assert not has_link(text)


def test_the_crew_is_free_and_the_audience_is_told_what_to_do(live_session, host, guest):
    live_session.blocked_words, live_session.block_links = ["spam"], True
    check_text(live_session, capabilities(Person(user=host), live_session), "spam at www.example.com", field="text")
    audience = capabilities(Person(user=guest), live_session)
    for text, code in (("spam", "blocked_word"), ("www.example.com", "link")):
        with pytest.raises(Invalid) as refused:
            check_text(live_session, audience, text, field="text")
        assert (refused.value.errors[0].field, refused.value.errors[0].code) == ("text", code)
