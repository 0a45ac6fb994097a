"""Pages of `organizations`."""

from django.urls import URLPattern, path

from organizations.views import retention

urlpatterns: list[URLPattern] = [
    path("account/libraries/<uuid:library_id>", retention, name="retention"),
]
