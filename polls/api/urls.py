"""API operations of polls."""

from django.urls import URLPattern, URLResolver, path

from polls.api.views import PollViewSet, SessionPollViewSet

urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<str:session_id>/polls", SessionPollViewSet.as_view({"get": "index", "post": "create"})),
    path("sessions/<str:session_id>/polls/export", SessionPollViewSet.as_view({"get": "export"}), name="polls_export"),
    path("polls/<str:poll_id>", PollViewSet.as_view({"patch": "partial_update", "delete": "destroy"})),
    path("polls/<str:poll_id>/launch", PollViewSet.as_view({"post": "launch"})),
    path("polls/<str:poll_id>/copy", PollViewSet.as_view({"post": "copy"})),
    path("polls/<str:poll_id>/vote", PollViewSet.as_view({"post": "vote"})),
    path("polls/<str:poll_id>/results", PollViewSet.as_view({"get": "results"})),
    path("polls/<str:poll_id>/show_results", PollViewSet.as_view({"post": "show_results"})),
    path("polls/<str:poll_id>/close", PollViewSet.as_view({"post": "close"})),
]
