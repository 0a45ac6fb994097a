"""API operations of `recordings`."""

from django.urls import URLPattern, URLResolver

from recordings.api import admin, deleted, files, posters, recordings, replay, tracks

urlpatterns: list[URLPattern | URLResolver] = [
    *admin.urlpatterns,
    *deleted.urlpatterns,  # before recordings, so that “bin” is not taken for an id
    *recordings.urlpatterns,
    *files.urlpatterns,
    *posters.urlpatterns,
    *replay.urlpatterns,
    *tracks.urlpatterns,
]
