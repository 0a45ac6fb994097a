"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from core.api.routes import Routes
from rooms.logos import logo

API = [
    "live.api.bin",  # before the others: “bin” is no id
    "accounts.api.urls",
    "rooms.api.urls",
    "sessions.api.urls",
    "chat.api.urls",
    "polls.api.urls",
    "questions.api.urls",
    "stage.api.urls",
    "captions.api.urls",
    "recordings.api.urls",
    "surveys.api.urls",
    "reports.api.urls",
    "encoders.api.urls",
    "hls.api.urls",
    "sockets.api.urls",
    "live.api.urls",
    "webinar.health",
    "webinar.api_urls",
]

urlpatterns = [
    Routes("v1/webinar/", API),
    path("logos/<str:name>", logo, name="logo"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("organizations.urls")),
    path("", include("rooms.urls")),
    path("", include("sessions.urls")),
    path("", include("recordings.urls")),
    path("", include("pages.urls")),
    path("", include("reports.urls")),
]

handler400 = "webinar.views.bad_request"
handler403 = "webinar.views.not_allowed"
handler404 = "webinar.views.not_found"
handler500 = "webinar.views.server_error"
