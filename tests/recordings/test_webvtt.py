"""Caption files as people have them, and as players get them."""

import pytest

from core.errors import Invalid
from recordings import webvtt
from recordings.webvtt import Cue

VTT = """WEBVTT - Launch

NOTE written by hand
over two lines

STYLE
::cue { color: red }

intro
00:01.000 --> 00:03.500 align:start position:10%
<v.loud Ada Lovelace>Hello, <i>everybody</i> &amp; all.</v>

00:00:04.000 --> 01:00:00.000
Two
lines <00:00:05.000><c>here</c>
"""
SRT = "1\r\n00:00:01,000 --> 00:00:03,500\r\n{\\an8}<b>Hello</b>\r\n\r\n2\r\n0:00:04,000 --> 00:00:05,250\r\n1 < 2 & 3 > 2\r\n"


def fault(raw, **options):
    with pytest.raises(Invalid) as refused:
        webvtt.read(raw if isinstance(raw, bytes) else raw.encode(), **options)
    [error] = refused.value.errors
    assert error.field == "file"
    return error.code, str(error.message)


def test_webvtt_keeps_words_times_and_voices_and_loses_the_rest():
    assert webvtt.read(VTT.encode()) == [
        Cue(1.0, 3.5, "Ada Lovelace: Hello, everybody & all."),
        Cue(4.0, 3600.0, "Two\nlines here"),
    ]


def test_srt_is_read_too_with_a_mark_of_utf_8_and_foreign_ends_of_lines():
    assert webvtt.read(b"\xef\xbb\xbf" + SRT.encode()) == [Cue(1.0, 3.5, "Hello"), Cue(4.0, 5.25, "1 < 2 & 3 > 2")]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥", "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥"),
        ("क्\u200dष", "क्\u200dष"),
        ("Auf\u00adlage", "Auf\u00adlage"),
        ("<v می\u200cخواهم>Hi</v>", "می\u200cخواهم: Hi"),
        ("می&zwnj;خواهم &lrm;&shy;!", "می\u200cخواهم \u200e!"),
        ("\u202etxet\u202c \u2066here\u2069\u200b\u3164", "txet here"),
    ],
    ids=ascii,
)
@pytest.mark.parametrize(
    "file", ["WEBVTT\n\n00:01.000 --> 00:02.000\n{}\n", "1\n00:00:01,000 --> 00:00:02,000\n{}\n"], ids=["WebVTT", "SRT"]
)
def test_what_scripts_and_emoji_need_stays_and_what_turns_words_goes(file, typed, kept):
    assert webvtt.read(file.format(typed).encode()) == [Cue(1.0, 2.0, kept)]


def test_what_is_written_reads_the_same():
    cues = [Cue(0.0, 1.25, "a --> b"), Cue(59.9996, 3661.5, "Two\nlines"), Cue(4000.0, 4001.0, "<b>&amp;")]
    written = webvtt.write(reversed(cues))
    assert written == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.250\na --&gt; b\n\n00:01:00.000 --> 01:01:01.500\nTwo\nlines\n\n"
        "01:06:40.000 --> 01:06:41.000\n&lt;b&gt;&amp;amp;\n"
    )
    assert [cue.text for cue in webvtt.read(written.encode())] == [cue.text for cue in cues]


def test_text_cannot_break_out_of_its_cue():
    written = webvtt.write([Cue(1, 2, "one\n\n00:00:09.000 --> 00:00:10.000\r\nlater\u2028x")])
    assert [cue.start for cue in webvtt.read(written.encode())] == [1.0]


@pytest.mark.parametrize(
    ("raw", "code", "sentence"),
    [
        ("", "format", "neither WebVTT"),
        ("Hello\n", "format", "neither WebVTT"),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\nx", "format", "neither WebVTT"),
        ("WEBVTT\n", "empty", "no captions"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<i></i>\n", "empty", "no captions"),
        ("WEBVTT\n\nHello\nthere", "timing", "Line 3: two times"),
        ("WEBVTT\n\n00:01 --> 00:02\nHello", "timing", "Line 3: the times cannot be read"),
        ("WEBVTT\n\n00:61.000 --> 00:62.000\nHello", "timing", "Line 3: the times cannot be read"),
        ("WEBVTT\n\n00:01.000 -->\nHello", "timing", "Line 3: the times cannot be read"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nHello", "order", "Line 3: this caption ends before it begins"),
        (
            "1\n00:00:01,000 --> 00:00:02,000\na\n\nb\n00:00:03,000 --> 00:00:04,000\n",
            "number",
            "Line 5: the number",
        ),
        ("1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n", "timing", "Line 5: two times"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n" + "x" * 1001, "too_long", "Line 3: this caption is too long"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<i></i>" * 3000, "too_long", "Line 3: this caption is too long"),
        ("WEBVTT\n\n" + "00:01.000 --> 00:02.000\nx\n\n" * 20_001, "too_many", "20,000 at most"),
        ("é".encode("latin-1"), "encoding", "UTF-8"),
        ("WEBVTT".encode("utf-16"), "encoding", "UTF-8"),
        (b"WEBVTT\n\n\0", "encoding", "UTF-8"),
        (b"x" * (webvtt.MAX_BYTES + 1), "too_large", "2 MiB"),
        (bytes(range(256)) * 8, "encoding", "UTF-8"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(raw, code, sentence):
    found, message = fault(raw)
    assert found == code
    assert sentence in message


@pytest.mark.parametrize(
    ("raw", "cues"),
    [
        ("WEBVTT\n\n00:01.000 --> 00:01.000\na\n", [Cue(1, 3, "a")]),
        (
            "WEBVTT\n\n00:01.000 --> 00:01.000\na\n\n00:01.000 --> 00:01.000\nb\n\n00:01.500 --> 00:02.000\nc\n",
            [Cue(1, 1.5, "a"), Cue(1, 1.5, "b"), Cue(1.5, 2, "c")],
        ),
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000\na\n\nb\n \nc\n\nintro\n00:03.000 --> 00:04.000\nd",
            [Cue(1, 2, "a\nb\nc"), Cue(3, 4, "d")],
        ),
        (
            "1\n00:00:01,000 --> 00:00:02,000\n\na\n\n2\n\n00:00:03,000 --> 00:00:04,000\nb",
            [Cue(1, 2, "a"), Cue(3, 4, "b")],
        ),
        (
            "1\r\r\n00:00:01,000 --> 00:00:02,000\r\r\na\r\r\nb\r\r\n\r\r\n2\r\r\n00:00:03,000 --> 00:00:04,000\r\r\nc",
            [Cue(1, 2, "a\nb"), Cue(3, 4, "c")],
        ),
        ("WEBVTT\n\n00:05.000 --> 00:06.000\nb\n\n00:01.000 --> 00:03.000\na", [Cue(1, 3, "a"), Cue(5, 6, "b")]),
        ("WEBVTT\n\n0:00:01,000 --> 0:00:03,000\na", [Cue(1, 3, "a")]),
        (
            "WEBVTT\n\n00:01.000 --> 00:03.000\n<laughs> press <Enter>, a <b and c> d, <i>so</i><br><V Ada>Hi",
            [Cue(1, 3, "<laughs> press <Enter>, a <b and c> d, so\nAda: Hi")],
        ),
        (
            '1\n00:00:01,000 --> 00:00:02,000\n<font color="#fff"><B>a</B></font> <Musik> x<y>z',
            [Cue(1, 2, "a <Musik> x<y>z")],
        ),
    ],
)
def test_what_is_plainly_meant_is_repaired(raw, cues):
    assert webvtt.read(raw.encode()) == cues


def test_all_faulty_lines_are_said_at_once_in_their_order():
    raw = "WEBVTT\n\n00:09.000 --> 00:08.000\na\n\nx --> y\nb\n\n00:01.000 --> 00:02.000\nc\n\n59:00.000 --> 59:01.000\nd\n\n7\n"
    with pytest.raises(Invalid) as refused:
        webvtt.read(raw.encode(), duration=90.0)
    assert [(error.code, str(error.message)[:20]) for error in refused.value.errors] == [
        ("order", "Line 3: this caption"),
        ("timing", "Line 6: the times ca"),
        ("after_the_end", "Line 12: this captio"),
        ("timing", "Line 15: two times w"),
    ]
    with pytest.raises(Invalid) as refused:
        webvtt.read(("WEBVTT\n\n" + "x --> y\na\n\n" * 300).encode())
    assert len(refused.value.errors) == 21
    assert refused.value.errors[-1].message == "280 more lines have faults."


def test_a_file_for_a_longer_recording_is_taken_for_the_wrong_one():
    code, message = fault("WEBVTT\n\n00:01.000 --> 00:02.000\na\n\n01:00:00.000 --> 01:00:01.000\nb", duration=61.5)
    assert code == "after_the_end"
    assert (
        message
        == "Line 6: this caption begins at 1:00:00, after the end of the recording (0:01:01). Is it the right file?"
    )
    assert webvtt.read(b"WEBVTT\n\n01:02.000 --> 01:09.000\nx", duration=61.5) == [Cue(62.0, 69.0, "x")]


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("<v.loud.first Ada>Hello", "Ada: Hello"),
        ("<v" + "." * 26, "<v" + "." * 26),
        ("{\\an8}Hello {\\i1", "Hello {\\i1"),
        ("{\\an8 {\\i1}Hello", "{\\an8 Hello"),
        ("&#" + "9" * 5000 + ";Hello &#233;", ";Hello é"),
    ],
)
def test_markup_that_is_not_closed_is_text(marked, plain):
    assert webvtt.read(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{marked}".encode()) == [Cue(1.0, 2.0, plain)]
