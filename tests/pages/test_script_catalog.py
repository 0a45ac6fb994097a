"""The sentences of the pages' scripts: how a page finds those of its language, how they are kept, and what is said."""

import pytest
from babel.messages.pofile import read_po, write_po
from django.urls import reverse

from pages.script_catalog import catalog_of
from tests.javascript import Function
from tools.messages import Found, make_template, write

MUTE = Found("a.js", "Mute", None)
END = Found("a.js", "End", "of a video")
VOTES = Found("b.js", ("%(count)s vote", "%(count)s votes"), None)
POLISH = {MUTE.id: "Wycisz", VOTES.id: ("%(count)s głos", "%(count)s głosy", "%(count)s głosów")}


@pytest.fixture
def polish(tmp_path, settings):
    """A catalogue for readers of Polish, in place of which ``polish(strings)`` puts another. There is none in German."""
    template = make_template([MUTE, END, VOTES])
    folders = iter(tmp_path / name for name in ("first", "second"))

    def translate(strings):
        folder = next(folders)
        write(template, ["pl"], folder, "djangojs")
        path = folder / "pl" / "LC_MESSAGES" / "djangojs.po"
        with path.open("rb") as file:
            catalog = read_po(file, locale="pl")
        for message in catalog:
            words = tuple(message.id) if isinstance(message.id, list | tuple) else message.id
            message.string = strings.get(words, message.string)
            if message.context:
                message.string = "Koniec"
        with path.open("wb") as file:
            write_po(file, catalog)
        write(template, [], folder, "djangojs")
        settings.LOCALE_PATHS = [folder]
        catalog_of.cache_clear()

    settings.LANGUAGES = [("en", "English"), ("pl", "Polski"), ("de", "Deutsch")]
    translate(POLISH)
    yield translate
    catalog_of.cache_clear()


@pytest.fixture
def watching(client, session, host):
    """``watching(language)`` is the address of the catalogue that a page with scripts names; None when none."""
    client.force_login(host)
    client.post(f"/w/{session.room.slug}", {"continue": "1"})

    def address(language):
        answer = client.get(f"/w/{session.room.slug}", headers={"accept-language": language})
        page = answer.content.decode()
        assert f'lang="{language}"' in page
        before, found, rest = page.partition('<script defer src="/script-catalog/')
        assert not found or "js/watch/watch.js" not in before  # which says its sentences
        return "/script-catalog/" + rest.partition('"')[0] if found else None

    return address


def test_a_page_loads_the_sentences_of_its_language_and_none_where_nothing_is_translated(watching, polish):
    assert watching("pl") == reverse("script_catalog", args=["pl", catalog_of("pl").version])
    assert watching("en") is None
    assert watching("de") is None


@pytest.mark.django_db
def test_a_page_without_scripts_that_say_sentences_loads_none(client, polish):
    page = client.get("/", headers={"accept-language": "pl"}).content.decode()
    assert 'lang="pl"' in page
    assert "script-catalog" not in page


def test_caches_keep_a_catalogue_for_good_and_for_everybody(client, host, polish):
    client.force_login(host)
    address = reverse("script_catalog", args=["pl", catalog_of("pl").version])
    answer = client.get(address, headers={"accept-language": "en"})
    assert (answer.status_code, answer.content) == (200, catalog_of("pl").content)
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Vary" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert '"Wycisz"' in answer.content.decode()
    again = client.get(address, headers={"if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_another_translation_has_another_address_and_the_old_one_is_not_kept(client, polish):
    before = catalog_of("pl").version
    polish({**POLISH, MUTE.id: "Ucisz"})
    assert catalog_of("pl").version != before
    answer = client.get(reverse("script_catalog", args=["pl", before]))
    assert answer.content == catalog_of("pl").content
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["ETag"] == f'"{catalog_of("pl").version}"'


def test_there_is_no_catalogue_of_a_language_that_the_product_does_not_speak(client, polish):
    assert client.get(reverse("script_catalog", args=["tlh", "0"])).status_code == 404


def test_it_holds_our_sentences_alone(polish):
    """Django's own scripts, in admin, have catalogues of the same name."""
    content = catalog_of("pl").content.decode()
    assert '"Wycisz"' in content
    assert "Choose a" not in content


@pytest.fixture
def said(polish):
    """``said(function, *arguments)`` is what shared/gettext.js says in Polish, ``said(…, language="en")`` in English."""
    opened = []

    def say(name, *arguments, language="pl"):
        catalog = catalog_of(language).content.decode() if catalog_of(language).has_translations else ""
        opened.append(Function("shared/gettext.js", name, language=language, catalog=catalog))
        return opened[-1](*arguments)

    yield say
    for function in opened:
        function.close()


def test_a_sentence_is_said_in_the_language_of_the_page(said):
    assert said("gettext", "Mute") == "Wycisz"
    assert said("gettext", "Unmute") == "Unmute"
    assert said("pgettext", "of a video", "End") == "Koniec"
    assert said("pgettext", "of a rope", "End") == "End"


@pytest.mark.parametrize(
    ("count", "words"), [(0, POLISH[VOTES.id][2]), (1, POLISH[VOTES.id][0]), (2, POLISH[VOTES.id][1])]
)
def test_a_language_with_three_forms_gets_the_right_one(said, count, words):
    assert said("ngettext", *VOTES.id, count) == words


@pytest.mark.parametrize(("count", "form"), [(5, 2), (12, 2), (22, 1), (25, 2), (104, 1), (112, 2)])
def test_its_rules_are_those_of_the_language_not_of_english(said, count, form):
    assert said("ngettext", *VOTES.id, count) == POLISH[VOTES.id][form]


def test_without_a_catalogue_sentences_are_said_as_they_stand(said):
    assert said("gettext", "Mute", language="en") == "Mute"
    assert said("pgettext", "of a video", "End", language="en") == "End"
    assert [said("ngettext", *VOTES.id, count, language="en") for count in (0, 1, 2)] == [
        "%(count)s votes", "%(count)s vote", "%(count)s votes",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "values", "words"),
    [
        ("en", "%(count)s votes", {"count": 12345}, "12,345 votes"),
        ("pl", "%(count)s głosów", {"count": 12345}, "12\N{NO-BREAK SPACE}345 głosów"),
        ("en", "Volume %(percent)s %%", {"percent": 50}, "Volume 50 %"),
        ("en", "%(name)s: %(text)s", {"name": "%(text)s", "text": "$&"}, "%(text)s: $&"),
        ("en", "%(name)s is %(state)s.", {"name": "Ada"}, "Ada is %(state)s."),
    ],
)
def test_names_are_filled_in_once_and_numbers_as_the_language_writes_them(said, language, text, values, words):
    assert said("interpolate", text, values, language=language) == words
