"""API operations of `recordings`."""

from django.urls import URLPattern, URLResolver

from recordings.api import replay

urlpatterns: list[URLPattern | URLResolver] = [
    *replay.urlpatterns,
]
