"""One word for one thing on all pages (docs/glossary.md), and none that only engineers know."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
#: What is not said, and what is said instead.
INSTEAD = {
    r"\b[Cc]rew\b": "team",
    r"\b[Oo]rganiser": "host",
    r"\b[Ee]mails?\b": "e-mail",
    r"\b[Ll]og(ged)? ?(in|out)\b": "sign in, sign out",
    r"\b[Cc]alm down\b": "chat rules",
}
TECHNICAL = re.compile(r"\b(API|HLS|LiveKit|WebRTC|egress|ingest|token|endpoint|JSON|[A-Z]+_[A-Z]+)\b")
#: Where such words are for who runs the server, writes programs, or sets up an encoder.
FOR_ENGINEERS = re.compile(
    r"""(^|/)(admin|admin_site|models|management|api|serve|encoders|credentials)(/|\.py|$)
    |^core/(errors|replies|fetch)\.py|^(polls|recordings)/errors\.py|^accounts/hashers|^rooms/logos
    |^templates/(admin/|sessions/encoder_setup|components/(footer|share)|pages/mailbox)|^webinar/(management|views\.py)
    |^static/js/encoder/|^sockets/|^hls/""",
    re.VERBOSE,
)


def sentences():
    """(sentence, where it stands) of all modules, templates and scripts."""
    for name in ("django.pot", "djangojs.pot"):
        with (ROOT / "locale" / name).open("rb") as file:
            for message in read_po(file):
                for sentence in (message.id,) if isinstance(message.id, str) else message.id:
                    yield re.sub(r"%\(\w+\)\w", "…", sentence), [path for path, _line in message.locations]


@pytest.mark.parametrize("word", INSTEAD)
def test_each_thing_has_its_word(word):
    said = [sentence for sentence, _paths in sentences() if re.search(word, sentence)]
    assert said == [], f"Say {INSTEAD[word]}."


def test_engineers_words_are_for_engineers():
    said = [
        (sentence, paths)
        for sentence, paths in sentences()
        if TECHNICAL.search(sentence) and not all(FOR_ENGINEERS.search(path) for path in paths)
    ]
    assert said == []


def test_buttons_are_no_sentences():
    buttons = re.compile(r"<button[^>]*>(.*?)</button>", re.DOTALL)
    wrong = [
        f"{path.name}: {words}"
        for path in (ROOT / "templates").rglob("*.html")
        for button in buttons.findall(path.read_text())
        for words in re.findall(r"translate ['\"](.*?)['\"] %}", re.sub(r"<small>.*?</small>", "", button))
        if words.endswith((".", "!"))
    ]
    assert wrong == []
