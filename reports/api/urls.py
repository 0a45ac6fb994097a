"""API operations of `reports`."""

from django.urls import URLPattern, URLResolver, path

from reports.api.views import AttendanceViewSet

urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<str:session_id>/attendance", AttendanceViewSet.as_view({"get": "index"})),
    path("sessions/<str:session_id>/attendance/stats", AttendanceViewSet.as_view({"get": "stats"})),
    path("sessions/<str:session_id>/attendance/export", AttendanceViewSet.as_view({"get": "export"})),
]
