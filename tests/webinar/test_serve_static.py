"""Static files on the event loop: whole and in parts, compressed, unchanged, with the headers of every other answer."""

import gzip
from typing import Any

import pytest

from tools import setup
from webinar.serve.claims import CannotStart
from webinar.serve.static import CHUNK, StaticFiles, bring_up_to_date

TEXT = b"export const answer = 42;\n" * 20
LARGE = bytes(range(256)) * (CHUNK // 256 * 2 + 1)


@pytest.fixture
def files(tmp_path, settings):
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "answer.js").write_bytes(TEXT)
    (tmp_path / "js" / "answer.js.gz").write_bytes(gzip.compress(TEXT))
    (tmp_path / "large.bin").write_bytes(LARGE)
    settings.STATIC_ROOT = str(tmp_path)
    del settings.WHITENOISE_AUTOREFRESH
    return StaticFiles()


async def ask(files: StaticFiles, path: str, method: str = "GET", scheme: str = "http", **headers: str) -> Any:
    """(status, headers, body, number of messages) of the answer."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("A static file reads no body.")

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "scheme": scheme, "headers": pairs}
    await files(scope, receive, send)
    assert sent[0]["type"] == "http.response.start"
    assert [message.get("more_body", False) for message in sent[1:]] == [True] * (len(sent) - 2) + [False]
    body = b"".join(message["body"] for message in sent[1:])
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}, body, len(sent)


async def test_a_file_comes_whole_with_the_headers_of_every_answer(files):
    assert files.takes("/static/js/answer.js")
    status, headers, body, _messages = await ask(files, "/static/js/answer.js")
    assert (status, body) == (200, TEXT)
    assert headers["content-type"].startswith("text/javascript")
    assert headers["content-length"] == str(len(TEXT))
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["vary"] == "Accept-Encoding"


async def test_a_large_file_goes_out_in_parts(files):
    _status, _headers, body, messages = await ask(files, "/static/large.bin")
    assert body == LARGE
    assert messages == 4


async def test_a_browser_that_takes_gzip_gets_it(files):
    _status, headers, body, _messages = await ask(files, "/static/js/answer.js", accept_encoding="gzip, br")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == TEXT


async def test_head_unchanged_and_ranges(files):
    _status, headers, body, _messages = await ask(files, "/static/js/answer.js", "HEAD")
    assert (headers["content-length"], body) == (str(len(TEXT)), b"")
    status, _headers, body, _messages = await ask(files, "/static/js/answer.js", if_none_match=headers["etag"])
    assert (status, body) == (304, b"")
    status, headers, body, _messages = await ask(files, "/static/js/answer.js", range="bytes=7-11")
    assert (status, headers["content-range"], body) == (206, f"bytes 7-11/{len(TEXT)}", TEXT[7:12])
    assert (await ask(files, "/static/js/answer.js", "POST"))[0] == 405


async def test_over_https_browsers_are_told_to_stay_there(files, settings):
    settings.SECURE_HSTS_SECONDS = 60
    files = StaticFiles()
    assert "strict-transport-security" not in (await ask(files, "/static/js/answer.js"))[1]
    assert (await ask(files, "/static/js/answer.js", scheme="https"))[1]["strict-transport-security"] == "max-age=60"


@pytest.mark.parametrize("path", ["/static/js/none.js", "/static/../manage.py", "/static/js/", "/dashboard"])
def test_everything_else_is_left_to_django(files, path):
    assert not files.takes(path)


def test_while_developing_django_answers(files, settings):
    settings.DEBUG = True
    assert not StaticFiles().takes("/static/js/answer.js")


def test_the_product_does_not_start_with_static_files_of_another_version(monkeypatch, settings):
    def fails():
        raise setup.Failed("no space left")

    monkeypatch.setattr(setup, "bring_static_up_to_date", fails)
    with pytest.raises(CannotStart, match="no space left"):
        bring_up_to_date()
    settings.DEBUG = True
    bring_up_to_date()  # pages load the sources
