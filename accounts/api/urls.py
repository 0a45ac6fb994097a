"""API operations of `accounts`."""

from django.urls import URLPattern, URLResolver, path

from accounts.api import sign_ins
from accounts.api.views import MeViewSet, TokenViewSet

urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/login", TokenViewSet.as_view({"post": "login"})),
    path("auth/viewer/register", TokenViewSet.as_view({"post": "register"})),
    path("auth/viewer/device-login", TokenViewSet.as_view({"post": "device_login"})),
    path("auth/code/exchange", TokenViewSet.as_view({"post": "exchange"})),
    path("auth/refresh", TokenViewSet.as_view({"post": "refresh"})),
    path("auth/logout", TokenViewSet.as_view({"post": "logout"})),
    *sign_ins.urlpatterns,
    path("auth/me", MeViewSet.as_view({"get": "me"})),
]
