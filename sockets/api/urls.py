"""API operations of `sockets`, and what Centrifugo asks."""

from django.urls import URLPattern, URLResolver, path

from sockets.api import tickets
from sockets.api.centrifugo import ConnectProxy, SubscribeProxy

urlpatterns: list[URLPattern | URLResolver] = [
    *tickets.urlpatterns,
    path("centrifugo/connect", ConnectProxy.as_view()),
    path("centrifugo/subscribe", SubscribeProxy.as_view()),
]
