"""Pages of `accounts`."""

from django.urls import URLPattern, path

from accounts import email_views, entrance
from accounts.views import account, end_other_sign_ins, end_sign_in

urlpatterns: list[URLPattern] = [
    *entrance.urlpatterns,
    path("account", account, name="account"),
    path("account/sign-ins/end-others", end_other_sign_ins, name="end_other_sign_ins"),
    path("account/sign-ins/<uuid:sign_in_id>/end", end_sign_in, name="end_sign_in"),
    path("account/email", email_views.change_email, name="change_email"),
    path("account/email/confirm", email_views.confirm_email, name="confirm_email"),
    path("account/email/link/<str:token>", email_views.email_link, name="email_link"),
]
