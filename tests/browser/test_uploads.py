"""Files that are too large, in a real browser: the form stays with all its values, and one sentence says why."""

import pytest
from playwright.sync_api import expect

from tests.browser.staging import make_session

pytestmark = pytest.mark.browser
SENTENCE = "This file is larger than 1.0\xa0MB. Choose a smaller one."


@pytest.fixture
def large(tmp_path):
    def make(megabytes):
        path = tmp_path / f"{megabytes}.png"
        with path.open("wb") as file:
            file.truncate(megabytes * 1024 * 1024)
        return path

    return make


def fill(page):
    page.goto("/presets/new")
    page.get_by_label("Name", exact=True).fill("Mine alone")
    page.locator("input[name=primary_color]").fill("#0f766e")
    page.get_by_label("Link of the logo").fill("https://example.com/")


def keeps(page):
    expect(page.get_by_label("Name", exact=True)).to_have_value("Mine alone")
    expect(page.locator("input[name=primary_color]")).to_have_value("#0f766e")
    expect(page.get_by_label("Link of the logo")).to_have_value("https://example.com/")


def test_the_browser_refuses_a_large_logo_before_it_is_sent(visitors, product, large):
    page = visitors.sign_in(product)
    fill(page)
    sent = []
    page.on("request", lambda request: sent.append((request.method, request.url.removeprefix(product.base_url))))
    page.get_by_label("Logo", exact=False).first.set_input_files(large(12))
    expect(page.get_by_role("alert")).to_have_text(SENTENCE)
    page.get_by_role("button", name="Save preset").click()
    keeps(page)
    assert {address for method, address in sent if method == "POST"} <= {"/presets/preview"}  # which has no file
    page.get_by_label("Logo", exact=False).first.set_input_files([])
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("megabytes", [2, 12, 60])
def test_sent_all_the_same_the_form_comes_back_with_its_values_and_one_sentence(visitors, product, large, megabytes):
    signed_in = visitors.sign_in(product).context.storage_state()
    page = visitors.new(storage_state=signed_in, java_script_enabled=False)
    fill(page)
    page.locator("input[type=file]").set_input_files(large(megabytes))
    page.get_by_role("button", name="Save preset").click()
    expect(page.get_by_text(SENTENCE)).to_be_visible()
    keeps(page)


def test_what_nobody_waits_for_is_answered_with_a_page(visitors, product, large):
    signed_in = visitors.sign_in(product).context.storage_state()
    page = visitors.new(storage_state=signed_in, java_script_enabled=False)
    fill(page)
    page.locator("input[type=file]").set_input_files(large(200))
    page.get_by_role("button", name="Save preset").click()
    expect(page.get_by_role("heading", name="That was too large")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()


def test_a_name_that_cannot_be_taken_stays_in_its_field(visitors, product):
    host, viewer = visitors.sign_in(product), visitors.new()
    session = make_session(host)
    viewer.goto(f"/w/{session['room']['slug']}/{session['id']}")
    field = viewer.get_by_label("Your name")
    field.evaluate("field => field.removeAttribute('maxlength')")
    field.fill("A" * 80)
    viewer.get_by_role("button", name="Join", exact=True).click()
    expect(viewer.locator(".notice.error")).to_be_visible()
    expect(field).to_have_value("A" * 80)
