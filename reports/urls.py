"""Pages of `reports`."""

from django.urls import URLPattern, URLResolver, path

from reports.views import report

urlpatterns: list[URLPattern | URLResolver] = [path("sessions/<uuid:session_id>/report", report, name="report")]
