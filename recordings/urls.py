"""Pages and files of `recordings`."""

from django.urls import path

from recordings import views

urlpatterns = [
    path("recordings", views.recordings, name="recordings"),
    path("recordings/<uuid:recording_id>/keep", views.recording_keep, name="recording_keep"),
    path("recordings/<uuid:recording_id>/download", views.recording_download, name="recording_download"),
    path("recordings/<uuid:recording_id>/rename", views.recording_rename, name="recording_rename"),
    path("recordings/<uuid:recording_id>/delete", views.recording_delete, name="recording_delete"),
    path("replay/captions/<uuid:track_id>.vtt", views.text_track, name="text_track"),
]
