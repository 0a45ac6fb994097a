"""The API's addresses lead where Django's own search, one pattern after the other, leads."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLResolver, include, path
from django.urls.resolvers import Resolver404, RoutePattern

from core.api.routes import Routes
from tests.webinar.access.routes import routes
from webinar.urls import API

NAMES = {"rooms", "bin", "my", "x", "x:y", "a%2Fb", "", " ", "é", "<str:session_id>", "live", "chat", "export", "\n"}


@pytest.fixture(scope="module")
def both():
    """The resolver of the product, and Django's for the same patterns."""
    ours = Routes("v1/webinar/", API)
    return ours, URLResolver(RoutePattern("v1/webinar/"), list(ours.url_patterns))


def _seen(resolver, address):
    try:
        match = resolver.resolve(address)
    except Resolver404:
        return None
    return match.func, match.args, match.kwargs, match.route, match.url_name, match.captured_kwargs


@pytest.mark.parametrize("value", sorted(NAMES))
def test_every_address_leads_where_django_finds_it(both, value):
    known = [route for route in routes() if route.is_api]
    assert len(known) > 100
    for route in known:
        filled = route.address(dict.fromkeys(route.names, value)).removeprefix("/")
        for address in (filled, f"{filled}/", f"{filled}/{value}", filled.replace("v1/webinar/", "v1/webinar//")):
            assert _seen(both[0], address) == _seen(both[1], address), address


def test_addresses_elsewhere_are_not_its_own(both):
    for address in ("", "v1", "v1/webinar", "v2/webinar/rooms", "rooms"):
        assert _seen(both[0], address) == _seen(both[1], address) is None


def test_what_another_resolver_would_change_is_refused(monkeypatch):
    monkeypatch.setattr("chat.api.urls.urlpatterns", [path("chat/", include("rooms.api.urls"))])
    with pytest.raises(ImproperlyConfigured, match="views alone"):
        Routes("v1/webinar/", ["chat.api.urls"])
