"""Pages of `accounts`."""

from django.urls import path

from accounts.views import account, retention

urlpatterns = [
    path("account", account, name="account"),
    path("account/libraries/<uuid:library_id>", retention, name="retention"),
]
