"""Logos: only pixels survive."""

import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from core.errors import Invalid
from core.fetch import FetchError
from rooms import logos

pytestmark = pytest.mark.usefixtures("own_uploads")


def picture(kind="PNG", size=(8, 6), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, 1 if mode == "P" else (1, 2, 3, 4)[: len(mode)]).save(out, kind, **options)
    return out.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def stored(name):
    with default_storage.open(name) as file:
        return file.read()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_encoded_anew_under_a_random_name(kind):
    raw = picture(kind)
    first, second = logos.store_logo(raw), logos.store_logo(raw)
    assert first != second
    assert stored(first) != raw
    assert Image.open(io.BytesIO(stored(first))).size == (8, 6)


def test_transparency_is_kept():
    name = logos.store_logo(picture(mode="RGBA"))
    assert (name.rpartition(".")[2], Image.open(io.BytesIO(stored(name))).mode) == ("png", "RGBA")


def test_what_is_hidden_in_a_file_does_not_survive():
    secret = b"<script>alert(1)</script>"
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", secret.decode())
    assert secret not in stored(logos.store_logo(picture(pnginfo=info) + secret))


def test_large_pictures_are_made_smaller():
    assert Image.open(io.BytesIO(stored(logos.store_logo(picture(size=(2048, 1024)))))).size == (1024, 512)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture("GIF", mode="P"),
        picture("BMP"),
        picture()[:40],
        bomb(100_000, 100_000),
        bomb(5000, 5000),
        b"x" * (1024 * 1024 + 1),
    ],
    ids=["empty", "text", "svg", "gif", "bmp", "cut off", "bomb", "too many pixels", "too large"],
)
def test_anything_else_is_refused_and_nothing_is_stored(raw, tmp_path):
    with pytest.raises(Invalid) as refusal:
        logos.store_logo(raw)
    assert refusal.value.errors[0].field == "logo"
    assert list(tmp_path.rglob("*.*")) == []


def test_an_address_is_fetched_once_at_save(monkeypatch):
    fetched = []
    monkeypatch.setattr(logos, "fetch", lambda url, limit: fetched.append((url, limit)) or picture())
    assert logos.save_logo("https://brand.example/logo.png").startswith("logos/")
    assert fetched == [("https://brand.example/logo.png", 1024 * 1024)]


def test_an_address_that_does_not_answer_is_named(monkeypatch):
    def fail(url, limit):
        raise FetchError("No answer.")

    monkeypatch.setattr(logos, "fetch", fail)
    with pytest.raises(Invalid) as refusal:
        logos.save_logo("https://brand.example/logo.png")
    assert (refusal.value.errors[0].field, refusal.value.errors[0].code) == ("logo", "not_fetched")


@pytest.mark.parametrize("name", ["x.png", "..%2f..%2fkeys", "a" * 24 + ".svg", "a" * 24 + ".png"])
def test_other_names_are_not_served(client, name, db):
    assert client.get(f"/logos/{name}").status_code == 404
