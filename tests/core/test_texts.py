"""The one policy for words that people type."""

import random
import time
import unicodedata

import pytest
import regex

from core import texts
from core.errors import Invalid
from core.lookalikes import look_alike, name_forms, text_forms
from sessions.moderation.blocked import blocked_word, link_in
from tests.texts import BLANK, KEPT, on_one_line

_INK = regex.compile(r"(?V1)[[\p{L}\p{N}\p{P}\p{S}\p{Cf}\p{Cn}]--\p{Default_Ignorable_Code_Point}]")


def text(typed):
    return texts.clean_text(typed, most_breaks=20)


@pytest.mark.parametrize("typed", BLANK.values(), ids=BLANK)
def test_what_nobody_sees_is_nothing(typed):
    assert (texts.clean_line(typed), text(typed), text(typed + "\n" + typed)) == ("", "", "")


@pytest.mark.parametrize(("typed", "kept"), KEPT.items(), ids=map(ascii, KEPT))
def test_what_is_seen_is_kept_and_the_rest_is_cleaned_away(typed, kept):
    assert (texts.clean_line(typed), text(typed)) == (on_one_line(kept), kept)


def test_a_line_has_no_breaks_and_a_text_has_plain_ones_with_one_empty_line_at_most():
    typed = "one\r\n\r\n\r\n\n two \r\x0bthree\u2028four\u0085"
    assert texts.clean_line(typed) == "one two three four"
    assert text(typed) == "one\n\n two\n\nthree\nfour"


def test_breaks_beyond_the_limit_become_spaces():
    assert texts.clean_text("a\nb\nc\nd", most_breaks=2) == "a\nb\nc d"
    assert text("a\n" * 499).count("\n") == 20
    assert [texts.most_breaks(longest) for longest in (280, 500, 2000, 10_000)] == [20, 20, 80, 400]


def test_no_letter_carries_a_tower_of_marks():
    for marks in ("\u0301", "\u0316", "\u0301\u0316", "\u0e47", "\u0336", "\u20dd\u0334"):
        kept = text("a" + marks * 400 + "b")
        assert (kept[0] in "aá", kept[-1], len(kept) <= 10) == (True, "b", True)


def test_cleaning_twice_changes_nothing_and_leaves_nothing_blank():
    signs = [
        *"aB1 .\n\t-ש中馬क्षمثかㅏ",
        *"".join(BLANK.values()),
        *"".join(KEPT),
        "\u0316",
        "\u0338",
        "\u0344",
        "\u0958",
    ]
    chance = random.Random(5)
    for _ in range(3000):
        typed = "".join(chance.choices(signs, k=chance.randint(1, 14)))
        for clean in (texts.clean_line, text):
            kept = clean(typed)
            assert clean(kept) == kept, ascii(typed)
            assert unicodedata.is_normalized("NFC", kept), ascii(typed)
            assert not kept or _INK.search(kept), ascii(typed)


def test_length_counts_after_cleaning_and_what_is_far_too_long_is_not_looked_at():
    assert texts.line("\ufeff" + "e\u0301" * 50 + "\u200b", field="name", longest=50) == "é" * 50
    for typed, code in (("x" * 51, "max_length"), (" " * 10_000, "max_length"), (" " * 60, "blank")):
        with pytest.raises(Invalid) as refused:
            texts.line(typed, field="name", longest=50)
        assert [(fault.field, fault.code) for fault in refused.value.errors] == [("name", code)]


@pytest.mark.parametrize(
    "hostile",
    [
        "a" + "\u0301\u0316" * 50,
        "a\u200d" * 50,
        "\ufe0f\u200d" * 50,
        "🏴\U000e0041" * 50,
        " " * 100,
        "\n " * 50,
        "a." * 50,
        "www" * 33,
        "a+" * 50,
        "馬" * 100,
        "\u1160\u1100" * 50,
    ],
    ids=ascii,
)
@pytest.mark.parametrize(
    "work",
    [
        texts.clean_line,
        text,
        name_forms,
        text_forms,
        link_in,
        lambda typed: blocked_word(typed, ["馬鹿", "wwwx", "a.b"]),
    ],
)
def test_the_cost_grows_with_the_length_and_not_with_its_square(work, hostile):
    def cost(times):
        typed = hostile * times
        best = float("inf")
        for _ in range(5):
            before = time.process_time()
            work(typed)
            best = min(best, time.process_time() - before)
        return best

    work(hostile)
    # Four times the text: four times the work, sixteen times were it quadratic.
    assert any(cost(320) < 9 * cost(80) + 0.005 for _ in range(5))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Ada", "Аdа"),
        ("Ada", "𝓐𝓭𝓪"),
        ("Ada", "A\u200bd\u00ada"),
        ("NEIL", "neil"),
        ("Neil", "NeiI"),
        ("Вера", "вера"),
        ("ВЕРА", "BEPA"),
        ("José", "JOSE"),
        ("Søren", "Soren"),
        ("William", "VVilliam"),
        ("Weiß", "WEISS"),
        ("Ada Lovelace", "·AdaLovelace·"),
    ],
)
def test_names_that_a_reader_may_take_for_each_other_look_alike(name, other):
    assert look_alike(name, other)


@pytest.mark.parametrize(
    ("name", "other"),
    [("Neil", "Nell"), ("Ella", "Elia"), ("Ana", "Ann"), ("王芳", "王方"), ("नेहा", "नहि"), ("🎉", "🎈")],
)
def test_other_names_do_not(name, other):
    assert not look_alike(name, other)
