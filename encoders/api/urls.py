"""API operations of `encoders`."""

from encoders.api import health, views

urlpatterns = [*views.urlpatterns, *health.urlpatterns]
