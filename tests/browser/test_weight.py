"""What the pages of a webinar load before they are of use: numbers and bytes, from an empty cache. Times: bench/pages."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staging import enter_backstage, enter_watch, go_live, make_session, sees_moving_picture
from tests.browser.test_watch import in_
from tests.browser.weight import Weight
from tests.product import Product

pytestmark = pytest.mark.browser

REQUESTS = 40
KIB = 1024
LIVEKIT = "livekit-client"


@pytest.fixture
def guest_of(visitors):
    """A new page of somebody who gave their name before, in a browser that has kept nothing but that."""

    def come(session) -> tuple[Page, Weight]:
        guest = visitors.new()
        enter_watch(guest, session)
        page = visitors.new(storage_state=guest.context.storage_state())
        guest.close()
        return page, Weight(page)

    return come


def usable(page: Page, mark: str = "usable") -> None:
    page.wait_for_function(f"() => window.marks.{mark}")
    page.wait_for_load_state("networkidle")


def test_watching_takes_few_requests_and_livekit_only_once_it_is_live(visitors, product: Product, guest_of):
    host = visitors.sign_in(product)
    session = make_session(host, scheduled_start_time=in_(hours=2))
    address = f"/w/{session['room']['slug']}/{session['id']}"
    page, lobby = guest_of(session)
    page.goto(address)
    expect(page.locator("#countdown")).to_contain_text("Starts in")
    usable(page)
    assert lobby.requests <= REQUESTS, lobby.addresses
    assert lobby.bytes <= 95 * KIB, lobby.of_address
    assert lobby.loaded(LIVEKIT) == []
    enter_backstage(host, session)
    go_live(host)
    sees_moving_picture(page)
    assert len(lobby.loaded(LIVEKIT)) == 1

    page, live = guest_of(session)
    page.goto(address)
    usable(page, "picture")
    assert live.requests <= REQUESTS, live.addresses
    assert live.bytes <= 220 * KIB, "\n".join(
        f"{size} {where}" for where, size in sorted(live.of_address.items(), key=lambda pair: -pair[1])
    )
    # Everything static may be kept for ever, and comes compressed.
    for static in live.loaded("/static/"):
        reply = page.request.get(static, headers={"Accept-Encoding": "gzip, br"})
        assert reply.headers["cache-control"] == "max-age=315360000, public, immutable", static
        assert "content-encoding" in reply.headers or len(reply.body()) < KIB, static


def test_livekit_is_fetched_ahead_when_it_may_start_at_any_moment(visitors, product: Product, guest_of):
    host = visitors.sign_in(product)
    session = make_session(host)
    page, weight = guest_of(session)
    page.goto(f"/w/{session['room']['slug']}/{session['id']}")
    usable(page)
    page.wait_for_function(
        f"() => performance.getEntriesByType('resource').some(({{ name }}) => name.includes('{LIVEKIT}'))"
    )
    assert page.evaluate("() => window.LivekitClient") is None
    enter_backstage(host, session)
    go_live(host)
    sees_moving_picture(page)
    [address] = set(weight.loaded(LIVEKIT))
    assert weight.of_address[address] < 140 * KIB  # it came over the wire once


def test_the_studio_takes_few_requests(visitors, product: Product):
    host = visitors.sign_in(product)
    session = make_session(host)
    page = visitors.new(storage_state=host.context.storage_state())
    weight = Weight(page)
    page.goto(f"/sessions/{session['id']}/studio")
    usable(page)
    assert weight.requests <= REQUESTS, weight.addresses
    assert weight.bytes <= 280 * KIB, weight.of_address  # its HTML, which holds tokens, is not compressed
