"""API operations of `stage`."""

from django.urls import URLPattern, URLResolver, path

from stage.api.views import StageManagementViewSet, StageViewSet

_STAGE = "sessions/<str:session_id>/stage"


def _stage(address: str, **actions: str) -> URLPattern:
    return path(f"{_STAGE}/{address}", StageViewSet.as_view({**actions}))


def _management(address: str, **actions: str) -> URLPattern:
    return path(f"{_STAGE}/{address}", StageManagementViewSet.as_view({**actions}))


class _Participants(StageManagementViewSet, StageViewSet):
    """One address: GET lists for everybody in the session, POST adds for the crew."""


class _JoinRequests(StageManagementViewSet, StageViewSet):
    """One address: POST asks, for everybody in the session; GET lists the queue, for the crew."""


urlpatterns: list[URLPattern | URLResolver] = [
    _stage("raise_hand", post="raise_hand"),
    _stage("lower_hand", post="lower_hand"),
    _stage("hand_raise", get="hand_raise"),
    path(f"{_STAGE}/participants", _Participants.as_view({"get": "participants", "post": "add"})),
    _stage("leave", post="leave"),
    _stage("token", post="token"),
    path(f"{_STAGE}/join_requests", _JoinRequests.as_view({"get": "join_requests", "post": "request_to_join"})),
    _stage("join_requests/me", get="join_request"),
    _management("participants/remove", post="remove"),
    _management("participants/<str:identity>/permissions", patch="permissions"),
    _management("hand_raises", get="hand_raises"),
    _management("join_requests/<str:request_id>/approve", post="approve_join_request"),
    _management("join_requests/<str:request_id>/reject", post="reject_join_request"),
    _management("hand_raises/<str:request_id>/approve", post="approve_hand_raise"),
    _management("hand_raises/<str:request_id>/reject", post="reject_hand_raise"),
    _management("layout", patch="layout"),
    _management("mute_all", post="mute_all"),
    _management("hide", post="hide"),
    _management("show", post="show"),
]
