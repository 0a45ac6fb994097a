"""API operations of `recordings`."""

from django.urls import URLPattern, URLResolver

from recordings.api import replay, tracks

urlpatterns: list[URLPattern | URLResolver] = [
    *replay.urlpatterns,
    *tracks.urlpatterns,
]
