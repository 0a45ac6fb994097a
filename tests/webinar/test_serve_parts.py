"""Which parts `--role` names, and what is refused before anything starts: each time with a sentence."""

import pytest

from webinar.serve.claims import CannotStart
from webinar.serve.parts import ALL, check_parts, read_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("all", ALL),
        ("web", ("pages", "sockets")),
        ("pages", ("pages",)),
        ("sockets, pages", ("pages", "sockets")),
        ("beat,worker,beat", ("worker", "beat")),
        ("web,worker", ("pages", "sockets", "worker")),
        ("pages,sockets,media,worker,beat", ALL),
    ],
)
def test_a_list_names_parts_in_any_order(text, parts):
    assert read_parts(text) == parts


@pytest.mark.parametrize("text", ["", ",", "page", "pages;sockets", "pages,everything", "PAGES"])
def test_what_is_no_part_is_refused_with_all_that_are(text):
    with pytest.raises(CannotStart, match="a list of pages, sockets, media, worker, beat") as refused:
        read_parts(text)
    assert "\n" not in str(refused.value)


def test_everything_in_one_process_needs_nothing_else(settings):
    settings.REDIS_URL = ""
    check_parts(ALL)


def test_several_processes_need_what_they_can_share(settings):
    settings.CELERY_BROKER_URL = "memory://localhost/"
    with pytest.raises(CannotStart, match="REDIS_URL"):
        check_parts(("worker",))


@pytest.fixture
def shared(settings, monkeypatch):
    """As if everything that several processes share were there."""
    monkeypatch.setattr("webinar.serve.parts.parts_of_one_process", lambda *_cause, hint: [])
    return settings


def test_a_part_without_anything_to_do_is_refused(shared):
    shared.REALTIME_BROKER = "centrifugo"
    with pytest.raises(CannotStart, match="sockets has nothing to do"):
        check_parts(("sockets",))
    check_parts(("pages", "sockets"))
    shared.MEDIA_SUPERVISOR, shared.LIVEKIT_EMBEDDED = False, False
    with pytest.raises(CannotStart, match="nothing that the part media could do"):
        check_parts(("media",))
