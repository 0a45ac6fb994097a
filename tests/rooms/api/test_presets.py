"""The six operations on presets."""

import base64
import io
import threading

import pytest
from django.db import connection
from PIL import Image

from rooms.models import Preset
from sessions.models import Session
from tests.conftest import API, client_for, refused_fields
from tests.openapi import assert_matches_schema

NEW = {"name": "Mine", "type": "whip", "primary_color": "#AbCdEf"}
FALSE_BY_DEFAULT = {
    "audience_poll_create",
    "audience_can_see_participants",
    "host_chat_send_file",
    "audience_chat_send_file",
    "recording_enabled",
    "is_default",
}


def call(method, user, path="", body=None):
    return getattr(client_for(user), method)(f"{API}/presets{path}", body, format="json")


def data_url(kind="png"):
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, kind)
    return f"data:image/{kind};base64,{base64.b64encode(out.getvalue()).decode()}"


def test_a_new_preset_has_the_published_defaults(host, tenant):
    reply = call("post", host, body=NEW)
    assert reply.status_code == 201
    assert_matches_schema(reply)
    data = reply.json()["data"]
    assert {name: data[name] for name in NEW} == NEW
    assert {name for name, value in data.items() if value is False} == FALSE_BY_DEFAULT
    assert (data["max_join_limit"], data["logo"], data["logo_destination_url"]) == (5, None, None)
    assert (data["user_id"], data["library_id"]) == (str(host.pk), str(tenant.library.pk))


def test_every_flag_is_kept(host):
    flags = {
        name: name in FALSE_BY_DEFAULT
        for name, value in call("post", host, body=NEW).json()["data"].items()
        if isinstance(value, bool)
    }
    data = call("post", host, body={**NEW, **flags}).json()["data"]
    assert {name: data[name] for name in flags} == flags


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": 7}, "name"),
        ({"type": "webrtc"}, "type"),
        ({"type": None}, "type"),
        ({"primary_color": "red"}, "primary_color"),
        ({"primary_color": "#12345"}, "primary_color"),
        ({"primary_color": "#123456;}"}, "primary_color"),
        ({"primary_color": None}, "primary_color"),
        ({"max_join_limit": 0}, "max_join_limit"),
        ({"max_join_limit": 101}, "max_join_limit"),
        ({"max_join_limit": "5"}, "max_join_limit"),
        ({"max_join_limit": 2.5}, "max_join_limit"),
        ({"max_join_limit": True}, "max_join_limit"),
        ({"max_join_limit": None}, "max_join_limit"),
        ({"chat_enabled": "true"}, "chat_enabled"),
        ({"chat_enabled": None}, "chat_enabled"),
        ({"chat_enabled": 1}, "chat_enabled"),
        ({"logo_destination_url": "javascript:alert(1)"}, "logo_destination_url"),
        ({"logo_destination_url": "ftp://example.com"}, "logo_destination_url"),
        ({"logo_destination_url": "not a url"}, "logo_destination_url"),
        ({"logo": "http://example.com/a.png"}, "logo"),
        ({"logo": "https://127.0.0.1/a.png"}, "logo"),
        *(
            ({name: value}, name)
            for name in ("logo", "logo_destination_url")
            for value in (
                "https://[",
                "https://[::1",
                "https://]/",
                "https://[v1.x]/",
                "https://a:port/",
                "https://\u2100/",
            )
        ),
        ({"logo": "https://example.com:8443/a.png"}, "logo"),
        ({"logo": "https://[fec0::1]/a.png"}, "logo"),
        ({"logo": "data:image/svg+xml;base64,PHN2Zy8+"}, "logo"),
        ({"logo": "data:image/png;base64,AAAA"}, "logo"),
        ({"logo": 7}, "logo"),
        ({"library_id": "x"}, "library_id"),
    ],
)
def test_what_is_not_valid_is_named_and_makes_nothing(host, preset, body, field):
    reply = call("post", host, body={**NEW, **body})
    assert (reply.status_code, refused_fields(reply), Preset.objects.count()) == (422, [field], 1)


@pytest.mark.parametrize("missing", ["name", "type", "primary_color"])
def test_three_fields_are_required(host, missing):
    reply = call("post", host, body={name: value for name, value in NEW.items() if name != missing})
    assert (reply.status_code, refused_fields(reply)) == (422, [missing])


@pytest.mark.parametrize("limit", [1, 100])
def test_the_join_limit_may_be_up_to_100_on_create(host, limit):
    assert call("post", host, body={**NEW, "max_join_limit": limit}).json()["data"]["max_join_limit"] == limit


def test_the_join_limit_may_be_up_to_5_on_update_and_stays_when_left_out(host):
    made = call("post", host, body={**NEW, "max_join_limit": 100}).json()["data"]
    path = f"/{made['id']}"
    assert refused_fields(call("patch", host, path, {"max_join_limit": 6})) == ["max_join_limit"]
    assert call("patch", host, path, {"name": "Renamed"}).json()["data"]["max_join_limit"] == 100
    assert call("patch", host, path, {"max_join_limit": 5}).json()["data"]["max_join_limit"] == 5


def test_a_change_touches_only_what_is_sent(host, preset):
    before = call("get", host, f"/{preset.pk}").json()["data"]
    reply = call("patch", host, f"/{preset.pk}", {"chat_enabled": False})
    assert_matches_schema(reply)
    after = reply.json()["data"]
    assert {name for name in before if before[name] != after[name]} == {"chat_enabled", "updated_at"}


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_logo_in_the_body_is_stored_and_served_by_us(host, preset, kind, settings, tmp_path, client):
    settings.MEDIA_ROOT = tmp_path
    reply = call("patch", host, f"/{preset.pk}", {"logo": data_url(kind), "logo_destination_url": "https://a.example/"})
    assert_matches_schema(reply)
    logo = reply.json()["data"]["logo"]
    assert logo.startswith(f"{settings.BASE_URL}/logos/")
    assert reply.json()["data"]["logo_destination_url"] == "https://a.example/"
    served = client.get(logo.removeprefix(settings.BASE_URL))
    assert (served.status_code, served["X-Content-Type-Options"], served["Content-Type"]) == (
        200,
        "nosniff",
        "image/webp",
    )
    assert "immutable" in served["Cache-Control"]
    assert Image.open(io.BytesIO(served.getvalue())).size == (4, 4)
    cleared = call("patch", host, f"/{preset.pk}", {"logo": None, "logo_destination_url": None}).json()["data"]
    assert (cleared["logo"], cleared["logo_destination_url"]) == (None, None)


def test_its_own_logo_sent_back_stays(host, preset, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    logo = call("patch", host, f"/{preset.pk}", {"logo": data_url()}).json()["data"]["logo"]
    assert call("patch", host, f"/{preset.pk}", {"logo": logo}).json()["data"]["logo"] == logo


def test_members_read_the_librarys_presets_and_only_owners_change_them(member, stranger, guest, preset):
    path = f"/{preset.pk}"
    assert [call("get", user, path).status_code for user in (member, stranger, guest)] == [200, 404, 404]
    assert [call("patch", member, path, {"name": "X"}).status_code, call("delete", member, path).status_code] == [
        404,
        404,
    ]
    assert call("post", member, f"{path}/default").status_code == 404


def test_the_list_has_mine_only(host, member, preset, other_tenant):
    reply = call("get", host)
    assert_matches_schema(reply)
    assert [found["id"] for found in reply.json()["data"]["presets"]] == [str(preset.pk)]
    assert call("get", member).json()["data"]["presets"] == []


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(host, preset, number, django_assert_num_queries):
    for _ in range(1, number):
        call("post", host, body=NEW)
    client = client_for(host)
    with django_assert_num_queries(2):  # the token's user, the page (which is the last, and says the total)
        reply = client.get(f"{API}/presets")
    assert len(reply.json()["data"]["presets"]) == number


def test_there_is_one_default(host, preset):
    second = call("post", host, body={**NEW, "is_default": True}).json()["data"]
    assert list(Preset.objects.filter(is_default=True).values_list("pk", flat=True)) != [preset.pk]
    for _ in range(2):
        reply = call("post", host, f"/{preset.pk}/default")
        assert_matches_schema(reply)
        assert reply.json()["data"]["is_default"] is True
    assert call("get", host, f"/{second['id']}").json()["data"]["is_default"] is False


@pytest.mark.django_db(transaction=True)
def test_two_defaults_at_once_leave_one(host, preset):
    made = [call("post", host, body=NEW).json()["data"]["id"] for _ in range(2)]
    codes, ready = [], threading.Barrier(2)

    def choose(preset_id):
        client = client_for(host)
        ready.wait()
        codes.append(client.post(f"{API}/presets/{preset_id}/default", {}, format="json").status_code)
        connection.close()

    threads = [threading.Thread(target=choose, args=(preset_id,)) for preset_id in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (codes, Preset.objects.filter(is_default=True).count()) == ([200, 200], 1)


@pytest.mark.parametrize("status", ["scheduled", "live"])
def test_a_preset_in_use_is_not_deleted(host, preset, session, status):
    Session.objects.update(status=status, started_at=session.created_at if status == "live" else None)
    reply = call("delete", host, f"/{preset.pk}")
    assert (reply.status_code, reply.json()["code"]) == (409, "preset_in_use")


@pytest.mark.parametrize("status", ["ended", "expired"])
def test_a_preset_no_longer_in_use_is_deleted(host, preset, session, status):
    Session.objects.update(status=status, started_at=session.created_at if status == "ended" else None)
    reply = call("delete", host, f"/{preset.pk}")
    assert_matches_schema(reply)
    assert call("delete", host, f"/{preset.pk}").status_code == 404
    assert client_for(host).get(f"{API}/sessions/{session.pk}").json()["data"]["preset"]["id"] == str(preset.pk)


def test_guests_have_no_presets(guest):
    assert call("post", guest, body=NEW).status_code == 403
    assert call("get", guest).json()["data"]["total"] == 0
