"""Pages of `accounts`."""

from django.urls import URLPattern, path

from accounts import email_views, entrance
from accounts.views import account

urlpatterns: list[URLPattern] = [
    *entrance.urlpatterns,
    path("account", account, name="account"),
    path("account/email", email_views.change_email, name="change_email"),
    path("account/email/confirm", email_views.confirm_email, name="confirm_email"),
    path("account/email/link/<str:token>", email_views.email_link, name="email_link"),
]
