"""A browser that joined as a guest becomes its host's, and a guest leaves."""

import pytest
from playwright.sync_api import expect

from tests.browser.staging import make_session

pytestmark = pytest.mark.browser


def join(visitors, product):
    """A page in which the guest Grace came into a room."""
    session = make_session(visitors.sign_in(product))
    page = visitors.new()
    page.goto(f"/w/{session['room']['slug']}")
    page.get_by_label("Your name").fill("Grace")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_label("Your name")).to_have_count(0)
    return page


@pytest.mark.parametrize("opened", ["/", "/dashboard", "/rooms", "/account"])
def test_a_guest_becomes_host_from_any_page(visitors, product, opened):
    page = join(visitors, product)
    page.goto(opened)
    if opened == "/":
        page.locator("details.menu > summary").click()
        expect(page.get_by_text("Guest, without an account")).to_be_visible()
        page.get_by_role("link", name="Sign in", exact=True).click()
    expect(page.get_by_text("You are here as the guest Grace")).to_be_visible()
    page.get_by_label("E-mail").fill(product.host_email)
    page.get_by_label("Password", exact=True).fill(product.host_password)
    page.get_by_role("button", name="Continue as host").click()
    page.wait_for_url("**" + ("/dashboard" if opened == "/" else opened))
    page.locator("details.menu > summary").click()
    expect(page.locator(".who")).to_contain_text(product.host_email)


def test_a_guest_signs_out_on_a_phone(visitors, product):
    page = join(visitors, product)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{product.base_url}/")
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    page.goto("/accounts/login/")
    expect(page.get_by_text("You are here as the guest")).to_have_count(0)
