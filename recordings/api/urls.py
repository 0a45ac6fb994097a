"""API operations of `recordings`."""

from django.urls import URLPattern, URLResolver

from recordings.api import recordings, replay, tracks

urlpatterns: list[URLPattern | URLResolver] = [
    *recordings.urlpatterns,
    *replay.urlpatterns,
    *tracks.urlpatterns,
]
