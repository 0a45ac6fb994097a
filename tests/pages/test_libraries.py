"""A library other than the default: a choice where there are several, and its name in the lists."""

import pytest

from organizations.models import Library, Membership
from rooms.models import Preset, Room
from tests.pages.conftest import text_of

NEW_PRESET = {"name": "Quiet", "type": "whip", "primary_color": "#0f766e", "max_join_limit": "5"}
NEW_WEBINAR = {
    "title": "Open day", "when": "now", "visibility": "unlisted", "planned_duration": "60", "replay_publishing": "",
}  # fmt: skip


@pytest.fixture
def second(tenant):
    return Library.objects.create(organization=tenant.organization, name="Courses")


@pytest.mark.parametrize("path", ["/webinars/new", "/presets/new"])
def test_with_one_library_there_is_no_choice(browse, host, path):
    assert 'name="library_id"' not in text_of(browse(host).get(path))


@pytest.mark.parametrize("path", ["/webinars/new", "/presets/new"])
def test_with_several_the_default_one_is_chosen_first(browse, host, tenant, second, path):
    field = browse(host).get(path).context["form"]["library_id"]
    assert (field.initial, [label for _value, label in field.field.choices]) == (tenant.library.pk, ["Courses", "Main"])


def test_libraries_of_several_organizations_say_whose_they_are(browse, host, other_tenant):
    Membership.objects.create(organization=other_tenant.organization, user=host, role="member")
    labels = [label for _value, label in browse(host).get("/presets/new").context["form"]["library_id"].field.choices]
    assert labels == ["Main (acme)", "Main (globex)"]


def test_a_webinar_and_a_preset_go_where_they_were_told(browse, host, second):
    client = browse(host)
    assert client.post("/webinars/new", {**NEW_WEBINAR, "library_id": str(second.pk)}).status_code == 302
    assert client.post("/presets/new", {**NEW_PRESET, "library_id": str(second.pk)}).status_code == 302
    room, preset = Room.objects.get(title="Open day"), Preset.objects.get(name="Quiet")
    assert (room.library, preset.library) == (second, second)
    assert "Courses" in text_of(client.get("/rooms"))
    assert "in the library “Courses”" in text_of(client.get("/presets"))


def test_with_one_library_lists_name_none(browse, host, room, preset):
    for path in ("/rooms", "/presets"):
        page = text_of(browse(host).get(path))
        assert (">Library<" in page, "in the library" in page) == (False, False)


@pytest.mark.parametrize(("path", "fields"), [("/webinars/new", NEW_WEBINAR), ("/presets/new", NEW_PRESET)])
def test_a_library_of_others_is_no_choice(browse, host, second, other_tenant, path, fields):
    response = browse(host).post(path, {**fields, "library_id": str(other_tenant.library.pk)})
    assert "This library does not exist, or you cannot use it." in text_of(response)
    assert not Room.objects.filter(library=other_tenant.library).exclude(pk=other_tenant.room.pk).exists()


def test_a_preset_stays_in_its_library(browse, host, preset, second):
    assert 'name="library_id"' not in text_of(browse(host).get(f"/presets/{preset.pk}"))
