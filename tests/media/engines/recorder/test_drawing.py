"""Names, initials and sentences as they are drawn."""

import pytest

from media.engines.recorder.drawing import draw_badge, draw_label, initials, printable, shorten, wrap


@pytest.mark.parametrize("name", ["Ann\nBen\x00\x1b", "\u202eAnn", "漢字かな", "x" * 5000, "漢" * 5000])
def test_any_name_becomes_a_label_that_fits(name):
    label = draw_label(name, 20, 200)
    assert label.width <= 200
    assert label.height <= 40


@pytest.mark.parametrize("name", ["", " ", "👩\u200d👩\u200d👧", "\U00013000"])
def test_without_a_letter_that_can_be_drawn_there_is_no_label(name):
    assert draw_label(name, 20, 200) is None
    assert draw_badge(name, "#1d4ed8", 40).width == 40


def test_names_lose_what_is_not_printable():
    assert printable("Ann\n Ex\x00ample\u202e ") == "Ann Ex ample"
    assert printable("می\u200cخواهم") == "می\u200cخواهم"


def test_initials_are_whole_signs():
    assert [initials(name) for name in ("ada king noel", "Bo", "e\u0301va", "")] == ["AK", "B", "É", ""]


def test_a_long_name_ends_with_an_ellipsis():
    assert said(shorten("Ann", 20, 200)) == "Ann"
    line = shorten("Ann Example " * 20, 20, 200)
    assert said(line).endswith("…")
    assert 150 < line.width <= 200
    assert shorten("Ann Example", 20, 5) is None


def test_a_long_sentence_is_broken_into_a_few_lines():
    lines = wrap("word " * 500, 20, 300)
    assert len(lines) == 4
    assert [said(line) for line in wrap("", 20, 300)] == [""]


def said(line):
    return "".join(text for _font, text in line.runs)
