"""The panels of polls and questions: axe-core finds nothing in either theme, and nothing is wider than the window."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staging import WITHOUT_CAMERA, call, enter_backstage, enter_watch, go_live, make_session
from tests.browser.test_host_pages import DESKTOP, PHONE, faults

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.mark.parametrize(("theme", "size"), [("light", DESKTOP), ("dark", PHONE)], ids=["light-desktop", "dark-phone"])
def test_polls_and_questions_are_accessible_and_fit(theme, size, visitors, product):
    look = {"color_scheme": theme, "viewport": size}
    host, viewer = visitors.sign_in(product, **look), visitors.new(**look)
    session = make_session(host, preset=WITHOUT_CAMERA)
    enter_backstage(host, session)
    go_live(host)
    enter_watch(viewer, session, "Grace " + LONG[:40])
    path = f"/sessions/{session['id']}"
    asked = {"question": "Which of these should the next version bring first?", "options": ["Speed", LONG, "Both"]}
    call(host, "POST", f"{path}/polls", {**asked, "launch": False, "results_hidden": True})
    closed = call(host, "POST", f"{path}/polls", {**asked, "allow_multiple_votes": True})
    call(viewer, "POST", f"/polls/{closed['id']}/vote", {"option_id": closed["options"][0]["id"]})
    call(host, "POST", f"/polls/{closed['id']}/vote", {"option_id": closed["options"][1]["id"]})
    call(host, "POST", f"/polls/{closed['id']}/close")
    call(host, "POST", f"{path}/polls", {**asked, "results_hidden": True})
    hidden = call(host, "POST", f"{path}/polls", asked)
    call(viewer, "POST", f"/polls/{hidden['id']}/vote", {"option_id": hidden["options"][2]["id"]})
    found: dict[str, list[str]] = {}

    def look_at(page: Page, state: str) -> None:
        if wrong := faults(page):
            found[state] = wrong

    for name, page, number in (("host", host, 4), ("viewer", viewer, 3)):
        page.get_by_role("tab", name="Polls").click()
        expect(page.locator(".poll")).to_have_count(number)
        look_at(page, f"{name}: polls")
    host.get_by_role("button", name="New poll").click()
    look_at(host, "host: a new poll")
    for text in ("How long does it last?", f"What about {LONG}?", "Is there tea?"):
        question = call(viewer, "POST", f"{path}/questions", {"text": text})
    call(host, "POST", f"/questions/{question['id']}/answer", {"answer": "Yes, and cake."})
    call(viewer, "POST", f"/questions/{question['id']}/vote")
    for name, page in (("host", host), ("viewer", viewer)):
        page.get_by_role("tab", name="Questions").click()
        expect(page.locator(".question")).to_have_count(3)
        look_at(page, f"{name}: questions")
    host.get_by_role("button", name="Answer: How long").click()
    look_at(host, "host: answering")
    call(host, "PATCH", f"{path}/moderation", {"hold_messages": True})
    call(viewer, "POST", f"{path}/questions", {"text": "May I?"})
    for name, page in (("host", host), ("viewer", viewer)):
        expect(page.locator("[data-held] .question")).to_have_count(1)
        look_at(page, f"{name}: a held question")
    host.get_by_role("button", name="Approve: May I?").click()
    expect(viewer.locator("[data-open]")).to_contain_text("May I?")
    call(host, "PATCH", f"{path}/moderation", {"chat_from": "crew"})
    expect(viewer.locator("[data-closed]")).to_have_text("Only the team can ask at the moment.")
    look_at(viewer, "viewer: asking is closed")
    assert found == {}
