"""The studio as the server makes it: only the crew gets it, and only for sessions that can still happen."""

import json
import re
from pathlib import Path

import pytest
from django.utils import timezone

from pages.failures import FAILURES, failure_texts
from sessions.models import Session, SessionRole
from tests.javascript import STATIC, Function

DOCUMENT = Path(__file__).parents[2] / "docs" / "failures.md"


def address(session):
    return f"/sessions/{session.pk}/studio"


def test_a_stranger_is_asked_to_sign_in(client, session):
    answer = client.get(address(session))
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"?next={address(session)}")


def test_the_host_gets_the_studio_without_any_token_in_the_page(client, session, host):
    client.force_login(host)
    page = client.get(address(session)).content.decode()
    config = json.loads(page.partition('<script id="config" type="application/json">')[2].partition("</script>")[0])
    assert config["api"] == f"/v1/webinar/sessions/{session.pk}"
    assert sorted(config) == [
        "api", "csrfToken", "emojis", "hasEncoder", "me", "now", "recording", "session", "ticketUrl", "zone",
    ]  # fmt: skip


@pytest.mark.parametrize(("role", "reads"), [("co_host", True), ("moderator", False), ("speaker", False)])
def test_who_may_read_the_report_finds_it_when_the_webinar_has_ended(client, session, host, guest, role, reads):
    SessionRole.objects.create(session=session, user=guest, role=role, assigned_by=host)
    client.force_login(guest)
    report = f'href="/sessions/{session.pk}/report"'
    assert (report in client.get(address(session)).content.decode()) is reads
    Session.objects.update(status="ended", started_at=timezone.now(), ended_at=timezone.now())
    people = client.get(f"/sessions/{session.pk}/people")
    assert (people.status_code == 200 and report in people.content.decode()) is reads


def test_looking_at_the_studio_changes_nothing(client, session, host):
    client.force_login(host)
    client.get(address(session))
    session.refresh_from_db()
    assert (session.status, session.backstage_opened_at) == ("scheduled", None)


@pytest.mark.parametrize("person", ["member", "stranger", "guest"])
def test_whoever_is_not_crew_is_told_that_it_is_not_for_them(client, session, request, person):
    client.force_login(request.getfixturevalue(person))
    answer = client.get(address(session))
    assert answer.status_code == 403
    assert 'data-failure="not_allowed"' in answer.content.decode()


def test_a_private_session_of_others_does_not_exist(client, session, stranger):
    session.room.visibility = "private"
    session.room.save()
    client.force_login(stranger)
    answer = client.get(address(session))
    assert answer.status_code == 404
    assert "Launch" not in answer.content.decode()


@pytest.mark.parametrize(("status", "key"), [("ended", "ended"), ("expired", "expired")])
def test_a_session_that_is_over_has_no_studio(client, session, host, status, key):
    started = timezone.now() if status == "ended" else None
    Session.objects.update(status=status, started_at=started, ended_at=started)
    client.force_login(host)
    answer = client.get(address(session))
    assert answer.status_code == 409
    assert f'data-failure="{key}"' in answer.content.decode()


def test_a_preset_without_camera_and_screen_takes_their_controls_away(client, session, preset, host):
    client.force_login(host)
    page = client.get(address(session)).content.decode()
    assert 'id="camera"' in page
    assert 'id="share"' in page
    preset.host_camera_enabled = preset.host_screen_share = False
    preset.save()
    page = client.get(address(session)).content.decode()
    assert 'id="camera"' not in page
    assert 'id="check-camera"' not in page
    assert 'id="share"' not in page
    assert 'id="microphone"' in page


def documented():
    """Key to (title, sentence, step, action), as docs/failures.md has them."""
    rows = [line.strip("|").split("|") for line in DOCUMENT.read_text().splitlines() if line.startswith("| `")]
    return {key.strip(" `"): tuple(cell.strip() for cell in cells) for key, _when, *cells in rows}


def failures_of_scripts():
    """The same of the table that only scripts show, as node reads it."""
    keys = re.findall(r"^  (\w+): \{$", (STATIC / "shared/failure_table.js").read_text(), re.MULTILINE)
    failure = Function("shared/failures.js", "failure")
    rows = {key: failure(key) for key in keys}
    failure.close()
    return {key: (row["title"], row["sentence"], row["step"], row.get("action", "")) for key, row in rows.items()}


def test_the_documented_failure_table_is_the_one_in_the_code():
    own = failures_of_scripts()
    assert own.keys().isdisjoint(FAILURES)
    assert documented() == own | {
        key: (str(row.title), str(row.sentence), str(row.step), str(row.action)) for key, row in FAILURES.items()
    }


def test_scripts_get_with_the_page_what_they_show_of_the_servers_failures():
    script = (STATIC / "shared/failures.js").read_text()
    named = set(re.findall(r'"(\w+)"', script)) & FAILURES.keys()
    assert named == failure_texts().keys()


def test_every_failure_is_met_in_a_browser_test():
    tests = "".join(path.read_text() for path in (Path(__file__).parents[1] / "browser").glob("test_*.py"))
    assert [key for key in documented() if f'"{key}"' not in tests and f"={key}]" not in tests] == ["connection_lost"]


def test_the_link_for_the_audience_can_be_copied_by_everybody_there(client, session, host, guest, settings):
    SessionRole.objects.create(session=session, user=guest, role="moderator", assigned_by=host)
    for user in (host, guest):
        client.force_login(user)
        page = client.get(address(session)).content.decode()
        assert f'value="{settings.BASE_URL}/w/{session.room.slug}/{session.pk}"' in page
