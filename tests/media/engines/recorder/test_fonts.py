"""Names in the scripts of the world, drawn with what set-up brings."""

import unicodedata

import numpy as np
import pytest
from PIL import Image, ImageDraw

from media.engines.recorder import fonts
from media.engines.recorder.fonts import DEFAULT, NO_SIGN, Line, needs_shaping, set_line

NAMES = {
    "Latin with accents": "Zoë Åström-Łódź ß Nguyễn Hằng",
    "Greek": "Ελένη",
    "Cyrillic": "Лев Її",
    "Chinese": "漢字 臺灣 马",
    "Japanese": "かな カタカナ",
    "Korean": "김민준",
    "Thai": "สมชาย น้ำ",
    "Georgian": "ქართული",
    "Armenian": "Հայերեն",
    "Amharic": "አማርኛ",
    "Lao": "ລາວ",
    "Hindi": "अमिताभ क्षत्रिय",
    "Arabic": "محمد علي",
    "Persian": "می\u200cخواهم",
    "Hebrew": "שלום",
    "Bengali": "বাংলা",
    "Tamil": "தமிழ்",
    "Khmer": "ខ្មែរ",
    "Burmese": "မြန်မာ",
    "several": "Ada 漢字 김",
}


def drawn(line):
    image = Image.new("L", (600, 60))
    on = ImageDraw.Draw(image)
    line.draw(on, 5, 30, 255)
    return np.asarray(image)


@pytest.fixture
def with_raqm(monkeypatch):
    """As on a machine with FriBiDi, whether this one has it or not."""
    monkeypatch.setattr(fonts.features, "check", lambda name: True)
    set_line.cache_clear()
    yield
    set_line.cache_clear()


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_each_letter_is_drawn_with_a_font_that_has_it(with_raqm, name):
    line = set_line(name, 26)
    assert "".join(sorted(text for _font, text in line.runs)).replace(" ", "")
    for font, text in line.runs:
        box = font.getmask(NO_SIGN)
        for sign in text:
            if sign.isspace() or unicodedata.category(sign) in {"Mn", "Mc", "Cf"}:
                continue
            assert bytes(font.getmask(sign)) != bytes(box), (sign, font.getname())
    assert drawn(line).max() == 255
    assert sum(len(text) for _font, text in line.runs) == len(unicodedata.normalize("NFC", name))


def test_a_letter_without_a_font_means_no_line_and_a_symbol_without_one_goes():
    assert set_line("Ada \U00013000", 20) is None
    assert [text for _font, text in set_line("Ada 🎉", 20).runs] == ["Ada "]
    assert set_line("", 20) == Line((), 20)


def test_runs_of_a_name_from_right_to_left_begin_at_the_right(with_raqm):
    first, second = (text for _font, text in set_line("שלום Ada", 20).runs)
    assert (first.strip(), second.strip()) == ("Ada", "שלום")


def test_scripts_that_need_shaping_are_left_out_where_the_machine_cannot_do_it(monkeypatch):
    monkeypatch.setattr(fonts.features, "check", lambda name: False)
    set_line.cache_clear()
    told = {script for script, name in NAMES.items() if set_line(name, 20) is None}
    set_line.cache_clear()
    assert told == {"Hindi", "Arabic", "Persian", "Hebrew", "Bengali", "Tamil", "Khmer", "Burmese"}
    assert not any(needs_shaping(sign) for sign in "ÅŁ漢김สგЇ")


def test_without_the_fonts_of_set_up_there_are_names_of_plain_letters_and_no_boxes(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    for cached in (set_line, fonts._slices, fonts._find):
        cached.cache_clear()
    assert set_line("Ada", 20).runs[0][0] == fonts._font(DEFAULT, 20)
    assert [set_line(name, 20) for name in ("Zoë", "漢字")] == [None, None]
    for cached in (set_line, fonts._slices, fonts._find):
        cached.cache_clear()
