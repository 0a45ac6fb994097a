"""API operations of `recordings`."""

from django.urls import URLPattern, URLResolver

from recordings.api import files, recordings, replay, tracks

urlpatterns: list[URLPattern | URLResolver] = [
    *recordings.urlpatterns,
    *files.urlpatterns,
    *replay.urlpatterns,
    *tracks.urlpatterns,
]
