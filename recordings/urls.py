"""Pages and files of `recordings`."""

from django.urls import path

from recordings import views

urlpatterns = [path("replay/captions/<uuid:track_id>.vtt", views.text_track, name="text_track")]
