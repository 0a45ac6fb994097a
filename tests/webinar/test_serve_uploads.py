"""What a form with a large file becomes on its way to the view."""

import io

import httpx
import pytest
from asgiref.sync import sync_to_async
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.core.wsgi import get_wsgi_application
from django.http.multipartparser import MultiPartParser

from core.forms import UploadField
from webinar.serve import uploads
from webinar.serve.pool import PooledWSGI
from webinar.serve.uploads import Trimmer, UploadTooLong, trimmed

BOUNDARY = "----WebKitFormBoundaryABC"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def form(*parts):
    """``(name, filename or None, content)`` as a body."""
    body = b""
    for name, filename, content in parts:
        told = f'; filename="{filename}"\r\nContent-Type: image/png' if filename is not None else ""
        body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{told}\r\n\r\n'.encode()
        body += content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def read(body):
    """What Django makes of it: fields, and files with their content."""
    meta = {"CONTENT_TYPE": TYPE, "CONTENT_LENGTH": str(len(body))}
    handler = MemoryFileUploadHandler()
    handler.activated = True
    handler.handle_raw_input = lambda *args, **kwargs: None
    fields, files = MultiPartParser(meta, io.BytesIO(body), [handler]).parse()
    return dict(fields.items()), {name: (file.name, file.read()) for name, file in files.items()}


def trim(body, most, size):
    trimmer = Trimmer(BOUNDARY.encode(), most)
    return b"".join(trimmer.feed(body[at : at + size]) for at in range(0, len(body), size)) + trimmer.rest()


#: Content that looks like a delimiter, or like a head, and is none.
TRICKY = b"\r\n--" + BOUNDARY.encode()[:-1] + b"x\r\n\r\n--\r\n\r" + BOUNDARY.encode() + b"\r\n-" * 3
WHOLE = form(("name", None, "Größe".encode()), ("logo", "a.png", TRICKY), ("empty", None, b""), ("none", "", b""))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, len(WHOLE)])
def test_what_is_small_arrives_as_it_was_however_it_was_cut(size):
    assert read(trim(WHOLE, 1000, size)) == read(WHOLE)
    assert read(WHOLE)[1]["logo"] == ("a.png", TRICKY)


@pytest.mark.parametrize("size", [1, 13, 1000, 100_000])
def test_a_large_file_is_cut_and_every_other_field_arrives(size):
    body = form(("name", None, b"Mine"), ("logo", "a.png", b"x" * 50_000), ("color", None, b"#123456"))
    fields, files = read(trim(body, 500, size))
    assert fields == {"name": "Mine", "color": "#123456"}
    assert 500 <= len(files["logo"][1]) <= 500 + 50_000 // size + 1


def test_a_long_text_is_not_cut():
    body = form(("text", None, b"x" * 50_000))
    assert read(trim(body, 500, 1000))[0] == {"text": "x" * 50_000}


def test_an_endless_head_is_refused():
    with pytest.raises(UploadTooLong):
        trim(f"--{BOUNDARY}\r\nX: ".encode() + b"x" * 50_000, 500, 1000)


@pytest.mark.parametrize("body", [b"", b"\r", b"no form at all", b"--" + BOUNDARY.encode(), b"\r\n" * 100, WHOLE[:-9]])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_what_is_no_form_or_breaks_off_passes_as_it_is(body, size):
    assert trim(body, 500, size) == body


def scope(path="/presets/new", kind=TYPE, length=None):
    headers = [(b"content-type", kind.encode())]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    return {"type": "http", "method": "POST", "path": path, "headers": headers}


@pytest.mark.parametrize(
    "other",
    [scope(path="/v1/webinar/x"), scope(kind="application/json"), scope(kind="multipart/form-data"), scope(kind="")],
)
def test_only_forms_of_pages_are_looked_into(other):
    async def receive(): ...

    assert trimmed(other, receive) == (other, receive)


async def test_beyond_what_anybody_waits_for_it_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MOST", 1000)

    async def receive():
        return {"type": "http.request", "body": b"x" * 600, "more_body": True}

    _scope, told = trimmed(scope(length=1001), receive)
    with pytest.raises(UploadTooLong):
        await told()
    _scope, untold = trimmed(scope(), receive)
    await untold()
    with pytest.raises(UploadTooLong):
        await untold()


def test_a_field_takes_no_more_than_what_arrives(settings):
    with pytest.raises(ValueError, match="UPLOAD_LIMIT"):
        UploadField(max_bytes=settings.UPLOAD_LIMIT + 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("megabytes", [2, 12, 60])
async def test_a_page_answers_with_the_form_its_values_and_one_sentence(client, host, settings, megabytes):
    await sync_to_async(client.force_login)(host, backend="django.contrib.auth.backends.ModelBackend")
    pool = PooledWSGI(get_wsgi_application(), threads=1, queue=5)
    transport = httpx.ASGITransport(pool)
    cookies = {"sessionid": client.cookies["sessionid"].value}
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000", cookies=cookies) as browser:
            await browser.get("/presets/new")
            values = {
                "name": "Mine alone",
                "primary_color": "#0f766e",
                "csrfmiddlewaretoken": browser.cookies["csrftoken"],
            }
            logo = {"logo": ("logo.png", b"x" * megabytes * 1024 * 1024, "image/png")}
            answer = await browser.post("/presets/new", data=values, files=logo)
            long = {"name": "x" * 1_900_000, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
            too_long = await browser.post("/presets/new", data={**long, "primary_color": "x" * 300_000})
    finally:
        pool.close()
    assert answer.status_code == 200
    assert "This file is larger than 1.0\xa0MB. Choose a smaller one." in answer.text
    assert 'value="Mine alone"' in answer.text
    assert 'value="#0f766e"' in answer.text
    assert (too_long.status_code, too_long.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "That was too large" in too_long.text
