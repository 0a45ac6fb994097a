"""The preset editor."""

import html
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from rooms.flags import FLAGS, WITHOUT_EFFECT
from rooms.models import PRESET_FLAGS, Preset
from tests.pages.conftest import text_of

pytestmark = pytest.mark.usefixtures("own_uploads")

FORM = {
    "name": "Green",
    "primary_color": "#00aa00",
    "host_camera_enabled": "on",
    "logo_destination_url": "",
    "max_join_limit": "5",
}


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
    assert (preset.chat_enabled, preset.is_default, preset.max_join_limit) == (False, False, 5)
    assert not preset.recording_enabled


def test_a_preset_may_record_every_webinar(browse, host):
    browse(host).post("/presets/new", {**FORM, "recording_enabled": "on"})
    assert Preset.objects.get(name="Green").recording_enabled


def test_every_flag_with_an_effect_is_offered_with_a_sentence_and_no_other(browse, host, preset):
    page = text_of(browse(host).get(f"/presets/{preset.pk}"))
    for name in PRESET_FLAGS:
        assert (f'name="{name}"' in page) == (name not in WITHOUT_EFFECT), name
    assert 'name="max_join_limit"' in page
    for flag in FLAGS.values():
        assert html.escape(str(flag.help)) in page


def test_each_flag_is_saved_on_its_own(browse, host, preset):
    client = browse(host)
    for name in FLAGS:
        client.post(
            f"/presets/{preset.pk}", {**{key: FORM[key] for key in FORM if key != "host_camera_enabled"}, name: "on"}
        )
        preset.refresh_from_db()
        assert [other for other in FLAGS if getattr(preset, other)] == [name]


def test_flags_that_are_not_on_the_page_stay_as_they_are(browse, host, preset):
    Preset.objects.filter(pk=preset.pk).update(host_chat_send_file=True)
    browse(host).post(f"/presets/{preset.pk}", {**FORM, "name": "Renamed"})
    preset.refresh_from_db()
    assert (preset.name, preset.host_chat_send_file, preset.is_default) == ("Renamed", True, True)


def test_a_new_preset_takes_up_to_100_places(browse, host):
    client = browse(host)
    assert list(client.post("/presets/new", {**FORM, "max_join_limit": "101"}).context["form"].errors) == [
        "max_join_limit"
    ]
    client.post("/presets/new", {**FORM, "max_join_limit": "100"})
    assert Preset.objects.get(name="Green").max_join_limit == 100


def test_a_saved_preset_keeps_more_than_5_places_until_the_number_is_changed(browse, host, preset):
    Preset.objects.filter(pk=preset.pk).update(max_join_limit=12)
    client = browse(host)
    assert "The 12 places stay as long as you do not change them." in text_of(client.get(f"/presets/{preset.pk}"))
    assert client.post(f"/presets/{preset.pk}", {**FORM, "max_join_limit": "12"}).status_code == 302
    refused = client.post(f"/presets/{preset.pk}", {**FORM, "max_join_limit": "11"})
    assert "Choose 1 to 5." in text_of(refused)
    preset.refresh_from_db()
    assert (preset.name, preset.max_join_limit) == ("Green", 12)
    client.post(f"/presets/{preset.pk}", {**FORM, "max_join_limit": "4"})
    preset.refresh_from_db()
    assert preset.max_join_limit == 4


def test_the_list_says_what_differs_from_a_new_preset(browse, host, preset):
    client = browse(host)
    assert "Same as a new preset" in text_of(client.get("/presets"))
    changes = {"chat_enabled": False, "audience_poll_create": True, "max_join_limit": 9}
    Preset.objects.filter(pk=preset.pk).update(**changes)
    [(_preset, differences)] = client.get("/presets").context["rows"]
    assert differences == ["Chat: off", "Attendees launch polls: on", "Places on stage: 9"]


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
