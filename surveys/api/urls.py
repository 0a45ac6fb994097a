"""API operations of `surveys`."""

from django.urls import URLPattern, URLResolver, path

from surveys.api.views import SurveyViewSet

urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<str:session_id>/survey", SurveyViewSet.as_view({"get": "read", "post": "answer"})),
    path("sessions/<str:session_id>/survey/results", SurveyViewSet.as_view({"get": "results"})),
    path("sessions/<str:session_id>/survey/export", SurveyViewSet.as_view({"get": "export"})),
]
