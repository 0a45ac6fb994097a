"""The preset editor."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from rooms.models import Preset
from tests.pages.conftest import text_of

pytestmark = pytest.mark.usefixtures("own_uploads")

FORM = {"name": "Green", "primary_color": "#00aa00", "host_camera_enabled": "on", "logo_destination_url": ""}


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "#00aa00").save(out, kind)
    return SimpleUploadedFile(f"logo.{kind.lower()}", out.getvalue())


def test_a_preset_is_made_with_the_flags_that_were_switched_on(browse, host, tenant):
    response = browse(host).post("/presets/new", FORM)
    assert (response.status_code, response["Location"]) == (302, "/presets")
    preset = Preset.objects.get(name="Green")
    assert (preset.user, preset.library, preset.type) == (host, tenant.library, "whip")
    assert (preset.host_camera_enabled, preset.host_screen_share, preset.viewer_count_visible) == (True, False, False)
    assert (preset.chat_enabled, preset.is_default) == (True, False)
    assert not preset.recording_enabled


def test_a_preset_may_record_every_webinar(browse, host):
    browse(host).post("/presets/new", {**FORM, "recording_enabled": "on"})
    assert Preset.objects.get(name="Green").recording_enabled


def test_flags_that_are_not_on_the_page_stay_as_they_are(browse, host, preset):
    Preset.objects.filter(pk=preset.pk).update(chat_enabled=False, max_join_limit=3)
    browse(host).post(f"/presets/{preset.pk}", {**FORM, "name": "Renamed"})
    preset.refresh_from_db()
    assert (preset.name, preset.chat_enabled, preset.max_join_limit, preset.is_default) == ("Renamed", False, 3, True)


def test_another_preset_takes_over_as_default(browse, host, preset):
    browse(host).post("/presets/new", {**FORM, "is_default": "on"})
    assert list(Preset.objects.filter(is_default=True, user=host).values_list("name", flat=True)) == ["Green"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_taken_shown_and_removed(kind, browse, host, preset):
    client = browse(host)
    assert client.post(f"/presets/{preset.pk}", {**FORM, "logo": picture(kind)}).status_code == 302
    preset.refresh_from_db()
    assert preset.logo.name.startswith("logos/")
    assert "/logos/" in text_of(client.get(f"/presets/{preset.pk}"))
    client.post(f"/presets/{preset.pk}", FORM)
    preset.refresh_from_db()
    assert preset.logo.name.startswith("logos/")
    client.post(f"/presets/{preset.pk}", {**FORM, "remove_logo": "on"})
    preset.refresh_from_db()
    assert preset.logo.name == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"primary_color": "red"}, "primary_color"),
        ({"primary_color": "#12345"}, "primary_color"),
        ({"logo_destination_url": "javascript:alert(1)"}, "logo_destination_url"),
        ({"logo_destination_url": "ftp://example.com"}, "logo_destination_url"),
        ({"logo": SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")}, "logo"),
        ({"logo": SimpleUploadedFile("logo.png", b"\x89PNG and then nothing")}, "logo"),
        ({"logo": SimpleUploadedFile("logo.png", b"x" * (1024 * 1024 + 1))}, "logo"),
    ],
)
def test_wrong_input_is_said_at_its_field(changes, field, browse, host, preset):
    response = browse(host).post(f"/presets/{preset.pk}", {**FORM, **changes})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    preset.refresh_from_db()
    assert (preset.name, preset.logo.name) == ("Standard", "")


def test_a_preset_in_use_stays_and_says_why(browse, host, preset, session):
    response = browse(host).post(f"/presets/{preset.pk}/delete", follow=True)
    assert response.redirect_chain == [(f"/presets/{preset.pk}", 302)]
    assert "A scheduled or live session uses this preset." in text_of(response)
    preset.refresh_from_db()
    assert preset.deleted_at is None


def test_a_preset_that_nothing_uses_is_deleted(browse, host, preset):
    response = browse(host).post(f"/presets/{preset.pk}/delete", follow=True)
    assert response.redirect_chain == [("/presets", 302)]
    assert [found.name for found in response.context["page"]] == []


def test_a_colleague_sees_the_preset_and_cannot_change_it(browse, member, preset):
    client = browse(member)
    text = text_of(client.get("/presets"))
    assert preset.name in text
    assert f"/presets/{preset.pk}" not in text
    assert client.post(f"/presets/{preset.pk}", {**FORM, "name": "Mine"}).status_code == 404
    assert client.post(f"/presets/{preset.pk}/delete").status_code == 404


def test_the_list_asks_the_same_whatever_its_length(browse, host, preset, django_assert_num_queries):
    client = browse(host)
    client.get("/presets")
    with django_assert_num_queries(3) as few:
        client.get("/presets")
    for number in range(3):
        Preset.objects.create(
            user=host, library=preset.library, name=f"More {number}", type="whip", primary_color="#123456"
        )
    with django_assert_num_queries(len(few)):
        client.get("/presets")


def test_the_type_is_asked_only_where_encoders_can_push(browse, host, settings):
    settings.RTMP_URL = ""
    assert 'name="type"' not in text_of(browse(host).get("/presets/new"))
    settings.RTMP_URL = "rtmp://webinar.example.com/live"
    client = browse(host)
    assert 'name="type"' in text_of(client.get("/presets/new"))
    client.post("/presets/new", {**FORM, "type": "rtmp"})
    assert Preset.objects.get(name="Green").type == "rtmp"
