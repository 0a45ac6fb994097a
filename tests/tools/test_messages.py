"""The catalogues of sentences: what is in them, and that a translation of them reaches Django."""

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.utils.translation.trans_real import DjangoTranslation

from tools.messages import (
    Found,
    Unreadable,
    extract,
    extract_scripts,
    faults,
    in_module,
    in_scripts,
    in_template,
    make_template,
    write,
)


def test_the_committed_catalogues_hold_every_sentence_of_the_sources():
    assert faults(make_template(extract())) == [], "`make messages` brings them up to the sources"


def test_the_committed_catalogues_hold_every_sentence_of_the_scripts():
    assert faults(make_template(extract_scripts()), domain="djangojs") == [], "`make messages` brings them up to them"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('_("Room")', ("Room", None)),
        ('gettext_lazy("One " "sentence.")', ("One sentence.", None)),
        ('translation.gettext("Room")', ("Room", None)),
        ("""name = f"{title} {_('polls')}\"""", ("polls", None)),
        ('ngettext("%(n)s poll", "%(n)s polls", n)', (("%(n)s poll", "%(n)s polls"), None)),
        ('pgettext("of a video", "End")', ("End", "of a video")),
        ('npgettext("on stage", "%d hand", "%d hands", n)', (("%d hand", "%d hands"), "on stage")),
    ],
)
def test_sentences_of_a_module_are_found(source, found):
    assert list(in_module("rooms/forms.py", source)) == [Found("rooms/forms.py", *found)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>it's\n    {% translate 'Room' %}</p>", [("Room", None)]),
        ('{% translate "End" context "of a video" as end %}', [("End", "of a video")]),
        ('{{ name|default:_("Nobody") }}', [("Nobody", None)]),
        (
            "{% blocktranslate trimmed with n=name %}\n  Hello\n  {{ n }}!\n{% endblocktranslate %}",
            [("Hello %(n)s!", None)],
        ),
        (
            "{% if days %}\n  {% blocktranslate count n=days %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}{% endif %}",
            [(("%(n)s day", "%(n)s days"), None)],
        ),
        ("{# gettext('nothing') #}<p>gettext('nothing')</p>", []),
    ],
)
def test_sentences_of_a_template_are_found(source, found):
    assert list(in_template("templates/a.html", source)) == [Found("templates/a.html", *each) for each in found]


@pytest.mark.parametrize(
    "source",
    ['_(f"Hello {name}")', "_(sentence)", '_("Hello " + name)', '_("")', "_()", 'ngettext("%d poll", polls, n)'],
)
def test_a_sentence_that_cannot_be_extracted_is_refused(source):
    with pytest.raises(Unreadable, match=r"rooms/forms\.py:2: \w+\(\) needs its sentence as one literal"):
        list(in_module("rooms/forms.py", f"\n{source}"))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('gettext("Mute")', [("Mute", None)]),
        ("button.title = gettext('It’s on');", [("It’s on", None)]),
        ('gettext(\n  "One sentence, " +\n    "in two lines.",\n);', [("One sentence, in two lines.", None)]),
        ("gettext(`Mute`)", [("Mute", None)]),
        (
            "say(`${gettext('Mute')}: ${names.map((name) => `${name} ${gettext(\"on\")}`)}`);",
            [("Mute", None), ("on", None)],
        ),
        ('ngettext("%(n)s vote", "%(n)s votes", count(votes))', [(("%(n)s vote", "%(n)s votes"), None)]),
        ('pgettext("of a video", "End")', [("End", "of a video")]),
        ('const list = rooms.map(({ x }) => x / 2 ?? gettext("None")?.trim());', [("None", None)]),
        (
            'class Panel { #open = gettext("Open"); static { this.name ||= gettext("Panel"); } }',
            [("Open", None), ("Panel", None)],
        ),
        ("// gettext('nothing')\nconst text = \"gettext('nothing')\", re = /gettext('nothing')/;", []),
        ('import { gettext, ngettext } from "../shared/gettext.js";', []),
    ],
)
def test_sentences_of_a_script_are_found(source, found):
    assert in_scripts({"static/js/a.js": source}) == [Found("static/js/a.js", *each) for each in found]


@pytest.mark.parametrize(
    "source",
    [
        "gettext(`Hello ${name}`)",
        "gettext(sentence)",
        'gettext("Hello " + name)',
        'gettext("")',
        "gettext()",
        'gettext(isOn ? "On" : "Off")',
        'ngettext("%(n)s poll", polls, n)',
        "sentences.map(gettext)",
        "const say = gettext;",
        'import { gettext as say } from "../shared/gettext.js";',
    ],
)
def test_a_sentence_of_a_script_that_cannot_be_extracted_is_refused(source):
    with pytest.raises(Unreadable, match=r"static/js/a\.js:2: \w+\(\) needs its sentence as one literal string"):
        in_scripts({"static/js/a.js": f"\n{source}"})


@pytest.fixture
def template():
    return make_template([Found("a.py", "Room", None), Found("b.py", ("%(n)s poll", "%(n)s polls"), None)])


def translate(catalog, **strings):
    """The text of ``catalog``, a path, with these translations."""
    with catalog.open("rb") as file:
        read = read_po(file, locale="pl")
    read["Room"].string = strings["room"]
    read["%(n)s poll"].string = strings["polls"]
    with catalog.open("wb") as file:
        write_po(file, read)


POLISH = {"room": "Pokój", "polls": ("%(n)s ankieta", "%(n)s ankiety", "%(n)s ankiet")}


def test_a_new_language_is_made_translated_compiled_and_read(tmp_path, template, settings):
    write(template, ["pl"], tmp_path)
    catalog = tmp_path / "pl" / "LC_MESSAGES" / "django.po"
    translate(catalog, **POLISH)
    assert faults(template, tmp_path) == ["pl is not compiled."]
    write(template, [], tmp_path)
    assert faults(template, tmp_path) == []
    settings.LOCALE_PATHS = [tmp_path]
    polish = DjangoTranslation("pl")
    assert polish.gettext("Room") == "Pokój"
    assert [polish.ngettext("%(n)s poll", "%(n)s polls", n) for n in (1, 2, 5)] == list(POLISH["polls"])


def test_sentences_of_scripts_have_catalogues_of_their_own(tmp_path, template):
    write(template, ["pl"], tmp_path)
    write(make_template([Found("a.js", "Mute", None)]), ["pl"], tmp_path, "djangojs")
    assert faults(template, tmp_path) == []
    assert faults(make_template([]), tmp_path, "djangojs") == [
        "'Mute' is only in the sources or only in djangojs.pot.",
        "pl is not as djangojs.pot.",
    ]
    names = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*"))
    assert names == [
        "django.pot",
        "djangojs.pot",
        "pl/LC_MESSAGES/django.mo",
        "pl/LC_MESSAGES/django.po",
        "pl/LC_MESSAGES/djangojs.mo",
        "pl/LC_MESSAGES/djangojs.po",
    ]


def test_catalogues_that_are_behind_the_sources_or_wrong_are_named(tmp_path, template):
    write(template, ["pl"], tmp_path)
    grown = make_template([Found("a.py", "Room", None), Found("a.py", "Stage", None)])
    assert faults(grown, tmp_path) == [
        "'Stage' is only in the sources or only in django.pot.",
        "('%(n)s poll', '%(n)s polls') is only in the sources or only in django.pot.",
        "pl is not as django.pot.",
    ]
    translate(tmp_path / "pl" / "LC_MESSAGES" / "django.po", room="Pokój", polls=("jedna", "%(x)s ankiety", "%(n)s"))
    write(template, [], tmp_path)
    (fault,) = faults(template, tmp_path)
    assert fault.startswith("pl: ('%(n)s poll', '%(n)s polls'): ")


def test_what_is_translated_stays_when_sentences_come_and_go(tmp_path, template):
    write(template, ["pl"], tmp_path)
    translate(tmp_path / "pl" / "LC_MESSAGES" / "django.po", **POLISH)
    write(make_template([Found("moved.py", "Room", None), Found("a.py", "Stage", None)]), [], tmp_path)
    with (tmp_path / "pl" / "LC_MESSAGES" / "django.po").open("rb") as file:
        kept: Catalog = read_po(file, locale="pl")
    assert {message.id: message.string for message in kept if message.id} == {"Room": "Pokój", "Stage": ""}


def test_writing_the_same_again_changes_no_byte(tmp_path, template):
    write(template, ["pl"], tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    write(template, ["pl"], tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before
    assert len(before) == 3
