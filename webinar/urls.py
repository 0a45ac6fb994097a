"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from rooms.logos import logo

urlpatterns = [
    path("v1/webinar/", include("live.api.bin")),  # before the others: “bin” is no id
    path("v1/webinar/", include("accounts.api.urls")),
    path("v1/webinar/", include("rooms.api.urls")),
    path("v1/webinar/", include("sessions.api.urls")),
    path("v1/webinar/", include("chat.api.urls")),
    path("v1/webinar/", include("polls.api.urls")),
    path("v1/webinar/", include("questions.api.urls")),
    path("v1/webinar/", include("stage.api.urls")),
    path("v1/webinar/", include("captions.api.urls")),
    path("v1/webinar/", include("recordings.api.urls")),
    path("v1/webinar/", include("reports.api.urls")),
    path("v1/webinar/", include("encoders.api.urls")),
    path("v1/webinar/", include("hls.api.urls")),
    path("v1/webinar/", include("sockets.api.urls")),
    path("v1/webinar/", include("live.api.urls")),
    path("v1/webinar/", include("webinar.health")),
    path("v1/webinar/", include("webinar.api_urls")),
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
