"""API operations of `live`."""

from django.urls import URLPattern, URLResolver, path

from live.api import auth, moderation, presence
from live.api.views import LiveViewSet
from live.api.webhooks import LiveKitWebhook

urlpatterns: list[URLPattern | URLResolver] = [
    *auth.urlpatterns,
    *(
        path(f"sessions/<str:session_id>/{name}", LiveViewSet.as_view({"post": name}))
        for name in ("join", "connection_check", "start", "go_live", "end", "host_video_state", "host_audio_state")
    ),
    path("sessions/<str:session_id>/monitor", LiveViewSet.as_view({"get": "monitor"})),
    path("webhooks/livekit", LiveKitWebhook.as_view({"post": "receive"})),
    *moderation.urlpatterns,
    *presence.urlpatterns,
]
