"""One request as somebody, without consequences, and what must hold for every answer whatever was asked."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.client import ClientHandler

from tests.webinar.access.world import World

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
REFUSED = {401, 403, 404, 405, 410}
SIGN_IN = ("/accounts/login/", "/admin/login/")
CSRF = "a" * 32
REDIRECTS = 10
#: What no answer may show: how we failed, where we are, what Django said.
INSIDES = ("Traceback (most recent", "django.db", "django.core", "site-packages", "sqlite3", "psycopg", "/tmp/")
#: Tables that a refusal may write to: visits, and when a key was last used.
NOTED = re.compile(r'"(django_session|organizations_apikey|accounts_device\w*|accounts_browsersignin)"')


#: One for all requests: each of its own would set up the middleware anew.
_HANDLER = ClientHandler(enforce_csrf_checks=True)


class Caller(RequestFactory):
    """Sends requests and keeps its cookies, without the copies of templates and contexts that Django's client takes."""

    def __init__(self) -> None:
        super().__init__()
        self.error: BaseException | None = None

    def request(self, **request: Any) -> HttpResponse:
        """The answer; ``error`` is then what failed on the way to it."""
        self.error = None
        got_request_exception.connect(self._note)
        try:
            response: HttpResponse = _HANDLER(self._base_environ(**request))
        finally:
            got_request_exception.disconnect(self._note)
        self.cookies.update(response.cookies)
        return response

    def _note(self, **_signal: Any) -> None:
        self.error = sys.exc_info()[1]


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside has not happened afterwards."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


class Reply:
    """An answer after all redirects: the last status, path and text, and the first status."""

    def __init__(
        self, response: Any, asked: str, path: str, hops: int, writes: list[str], error: BaseException | None
    ) -> None:
        self.status = self.first_status = response.status_code
        self.asked, self.path, self.hops, self.writes = asked, path, hops, writes
        self.kind = response.get("Content-Type", "")
        self.raw = b"".join(response) if response.streaming else response.content
        self.text = self.raw.decode("utf-8", "replace")
        self.error = error

    @property
    def is_refusal(self) -> bool:
        """What is not there at the moment (404 ``none``) is none."""
        if '"code":"none"' in self.text:
            return False
        is_sent_away = self.path in SIGN_IN or (self.path == "/admin/" and self.asked not in SIGN_IN)
        return self.status in REFUSED or (self.hops > 0 and is_sent_away)


def ask(
    world: World,
    caller: str,
    method: str,
    address: str,
    *,
    page: bool = False,
    csrf: bool = True,
    body: bytes | None = None,
    kind: str | None = None,
) -> Reply:
    """``page``: with the cookies of a browser instead of credentials in headers, and redirects are followed."""
    cache.clear()
    client = Caller()
    sent: dict[str, Any] = {} if page else dict(world.headers[caller])
    if page:
        if caller in world.cookies:
            client.cookies["sessionid"] = world.cookies[caller]
        if csrf:
            client.cookies["csrftoken"] = CSRF
            sent["HTTP_X_CSRFTOKEN"] = CSRF
    is_read = method in {"GET", "HEAD"}
    if body is None:
        body = b"" if is_read or page else b"{}"
    writes: list[str] = []
    asked = address
    with undone(), connection.execute_wrapper(_noting(writes)):
        response: Any = client.generic(method, address, body, kind or (FORM if page else JSON), **sent)
        first, hops = response.status_code, 0
        while page and response.status_code in {301, 302, 303, 307, 308} and hops < REDIRECTS:
            address = response["Location"]
            if not address.startswith("/") or address.startswith("/files/"):
                break  # to another site, such as a bucket, or to what `serve` answers
            hops += 1
            response = client.get(address)
        reply = Reply(response, asked, address.partition("?")[0], hops, writes, client.error)
    reply.first_status = first
    return reply


def _noting(writes: list[str]) -> Any:
    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and not NOTED.search(sql.partition("WHERE")[0]):
            writes.append(sql[:60])
        return execute(sql, params, many, context)

    return note


def faults_of(world: World, caller: str, method: str, reply: Reply) -> list[str]:
    """What is wrong with the answer, whoever asked for what."""
    found = []
    if reply.status >= 500 and '"code":"media_unavailable"' not in reply.text:
        found.append(f"fails: {type(reply.error).__name__}: {reply.error}"[:300])
    if reply.hops >= REDIRECTS:
        found.append(f"leads in a circle, at last to {reply.path}")
    if (
        method not in {"HEAD", "OPTIONS"}
        and not reply.raw
        and reply.status not in {204, 304}
        and reply.status // 100 != 3
    ):
        found.append("is empty")
    found += [f"shows our insides: {word}" for word in INSIDES if word in reply.text]
    found += [
        f"shows what is not theirs: {secret}"
        for secret, allowed in world.secrets.items()
        if caller not in allowed and secret in reply.text
    ]
    return found
