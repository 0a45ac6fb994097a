"""API operations of `sessions`."""

from django.urls import URLPattern, URLResolver, path

from sessions.api import audit, hosting, moderation
from sessions.api.views import CopyViewSet, RoomSessionViewSet, SessionViewSet
from sessions.people.api import views as people

urlpatterns: list[URLPattern | URLResolver] = [
    path("rooms/<str:room_id>/sessions", RoomSessionViewSet.as_view({"get": "list_in_room", "post": "create"})),
    path("sessions", SessionViewSet.as_view({"get": "index"})),
    path("sessions/live", SessionViewSet.as_view({"get": "live"})),
    path("sessions/my", SessionViewSet.as_view({"get": "mine"})),
    path("sessions/stats", SessionViewSet.as_view({"get": "stats"})),
    path(
        "sessions/<str:session_id>",
        SessionViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path("sessions/<str:session_id>/duplicate", CopyViewSet.as_view({"post": "duplicate"})),
    path("sessions/<str:session_id>/series", CopyViewSet.as_view({"post": "series"})),
    path("sessions/<str:session_id>/reschedule", SessionViewSet.as_view({"patch": "reschedule"})),
    path("sessions/<str:session_id>/settings", SessionViewSet.as_view({"patch": "change_settings"})),
    *hosting.urlpatterns,
    *moderation.urlpatterns,
    *audit.urlpatterns,
    *people.urlpatterns,
]
