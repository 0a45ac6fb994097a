"""API operations of `captions`."""

from django.urls import URLPattern, URLResolver, path

from captions.api.views import CaptionViewSet

urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<str:session_id>/captions", CaptionViewSet.as_view({"get": "index", "post": "create"})),
]
