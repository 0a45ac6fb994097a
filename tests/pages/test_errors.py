"""What a person sees when a request cannot be answered."""

import pytest
from django.test import Client

from tests.pages.conftest import text_of
from webinar.views import server_error


def test_an_unknown_address_is_a_page_with_a_way_on(browse, db):
    response = browse().get("/no-such-page")
    assert response.status_code == 404
    assert "<h1>Page not found</h1>" in text_of(response)
    assert 'href="/accounts/login/?next=/no-such-page"' in text_of(response)


def test_an_address_that_takes_no_form_and_one_that_only_takes_one_say_so(browse, host, session):
    client = browse(host)
    for response in (client.post("/dashboard"), client.get(f"/bin/sessions/{session.pk}/restore")):
        assert response.status_code == 405
        assert "Go back and use the page’s own buttons" in text_of(response)
    assert client.post("/dashboard")["Allow"] == "GET, HEAD"


def test_a_form_without_its_token_is_explained(host):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": host.email, "password": "correct horse"})
    assert response.status_code == 403
    assert "This form was open for too long" in text_of(response)


def test_a_defect_gives_a_page_that_needs_nothing_else(rf):
    response = server_error(rf.get("/dashboard"))
    assert response.status_code == 500
    assert "The fault is on the server" in text_of(response)


def test_a_defect_in_the_api_keeps_its_envelope(rf):
    response = server_error(rf.get("/v1/webinar/rooms"))
    assert (response.status_code, response["Content-Type"]) == (500, "application/json")


@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_the_chosen_theme_comes_with_the_page(chosen, browse, db):
    client = browse()
    client.cookies["theme"] = chosen
    assert f'data-theme="{chosen}"' in text_of(client.get("/")).split("<head>")[0]
    client.cookies["theme"] = '"><script>'
    assert "data-theme=" not in text_of(client.get("/")).split("<head>")[0]


def test_a_form_with_too_long_a_text_says_so(browse, host):
    answer = browse(host).post("/presets/new", {"name": "x" * 2_200_000})
    assert answer.status_code == 413
    assert "What was sent is too long." in text_of(answer)
