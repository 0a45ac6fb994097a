"""What a new DATA_DIR gets, once."""

import pytest

from accounts.models import User
from rooms.models import Preset
from webinar.serve.announcement import announcement
from webinar.serve.claims import CannotStart
from webinar.serve.first_run import FirstHost, make_first_host, migrate
from webinar.serve.parts import ALL


def test_the_first_start_makes_a_host_with_a_ready_default_preset(db, settings):
    settings.DEMO_HOST_EMAIL, settings.DEMO_HOST_PASSWORD = "first@example.com", ""
    made = make_first_host()
    user = User.objects.get()
    assert made.email == user.email == "first@example.com"
    assert user.check_password(made.password)
    assert (user.role, user.is_staff) == ("host", True)
    assert list(Preset.objects.values_list("user", "is_default", "type")) == [(user.pk, True, "whip")]


def test_a_password_that_the_operator_chose_is_used_and_never_shown(db, settings):
    settings.DEMO_HOST_PASSWORD = "chosen-by-the-operator"
    made = make_first_host()
    assert User.objects.get().check_password("chosen-by-the-operator")
    assert made.password is None
    assert "chosen-by-the-operator" not in announcement(parts=ALL, first_host=made, media=None)


def test_with_an_account_nothing_is_made(host):
    before = set(User.objects.all())
    assert make_first_host() is None
    assert set(User.objects.all()) == before


def test_guests_alone_do_not_count_as_an_account(guest):
    assert make_first_host() is not None


@pytest.mark.parametrize(("email", "password"), [("not-an-address", ""), ("host@example.com", "123")])
def test_an_account_that_cannot_be_made_says_what_to_check(db, settings, email, password):
    settings.DEMO_HOST_EMAIL, settings.DEMO_HOST_PASSWORD = email, password
    with pytest.raises(CannotStart, match="Check DEMO_HOST_EMAIL and DEMO_HOST_PASSWORD"):
        make_first_host()
    assert User.objects.count() == 0


def test_a_database_of_this_version_needs_no_migration(db):
    assert migrate() is False


def test_the_announcement_names_address_and_sign_in(settings):
    settings.BASE_URL, settings.PUBLIC_URL = "http://localhost:8000", ""
    text = announcement(parts=ALL, first_host=FirstHost("host@example.com", "abcd-efgh"), media=None)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[2:5] == [
        "Address http://localhost:8000",
        "Sign in host@example.com",
        "Password abcd-efgh (shown only now)",
    ]


def test_in_public_the_ports_to_open_are_named(settings):
    settings.BASE_URL = settings.PUBLIC_URL = "https://webinar.example.com"
    text = announcement(parts=ALL, first_host=None, media=None)
    assert "TCP 7881 and UDP 7882" in text
    assert "localhost" not in text
