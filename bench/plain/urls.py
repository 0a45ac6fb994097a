"""A ModelViewSet behind a router, and a view that returns a constant."""

from typing import Any

from django.urls import include, path
from rest_framework import routers, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.plain.models import Event


class EventSerializer(serializers.ModelSerializer[Event]):
    """All eight fields."""

    class Meta:
        model = Event
        fields = ["id", "title", "description", "status", "starts_at", "capacity", "is_public", "created_at"]


class EventViewSet(viewsets.ModelViewSet[Event]):
    """All that a router makes of a model."""

    queryset = Event.objects.all()
    serializer_class = EventSerializer


class BareView(APIView):
    """Nothing but DRF itself."""

    authentication_classes: Any = ()
    permission_classes: Any = ()

    def get(self, request: Request) -> Response:
        return Response({"id": 1, "title": "A constant", "is_public": True})


router = routers.DefaultRouter()
router.register("events", EventViewSet)

urlpatterns = [path("bare/", BareView.as_view()), path("", include(router.urls))]
