"""The page that shows the API, under the strict content policy (violations fail the fixture)."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.product]


def test_the_api_is_shown_without_leaving_our_origin_or_breaking_the_policy(visitors, product):
    page = visitors.new()
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto("/v1/webinar/docs")
    expect(page.get_by_role("heading", name="Webinar API")).to_be_visible()
    operation = page.locator(".opblock", has_text="Create a room")  # further down they are drawn when scrolled to
    operation.locator(".opblock-summary-control").click()
    expect(operation.get_by_text("google_tag_manager").first).to_be_visible()
    assert [url for url in requested if not url.startswith((product.base_url, "data:"))] == []
