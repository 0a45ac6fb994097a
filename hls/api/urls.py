"""API operations of `hls`."""

from hls.api import views

urlpatterns = views.urlpatterns
