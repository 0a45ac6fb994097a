"""Pages of `accounts`."""

from django.urls import path

from accounts.views import account

urlpatterns = [path("account", account, name="account")]
