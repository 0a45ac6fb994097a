"""API operations of `chat`."""

from django.urls import URLPattern, URLResolver, path

from chat.api.views import ChatCrewViewSet, ChatViewSet, LobbyMessageViewSet, ReactionViewSet, TeamChatViewSet

_CHAT = "sessions/<str:session_id>/chat"
_MESSAGE = f"{_CHAT}/<str:message_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_CHAT, ChatViewSet.as_view({"get": "index", "post": "create", "delete": "destroy_of_person"})),
    path(f"{_CHAT}/export", ChatCrewViewSet.as_view({"get": "export"}), name="chat_export"),
    path(f"{_CHAT}/held", ChatCrewViewSet.as_view({"get": "held"})),
    path(f"{_CHAT}/reports", ChatCrewViewSet.as_view({"get": "reports"})),
    path(f"{_CHAT}/pin", ChatCrewViewSet.as_view({"delete": "unpin"})),
    path(_MESSAGE, ChatViewSet.as_view({"delete": "destroy"})),
    path(f"{_MESSAGE}/report", ChatViewSet.as_view({"post": "report"})),
    path(f"{_MESSAGE}/pin", ChatCrewViewSet.as_view({"post": "pin"})),
    path(f"{_MESSAGE}/approve", ChatCrewViewSet.as_view({"post": "approve"})),
    path(f"{_MESSAGE}/reject", ChatCrewViewSet.as_view({"post": "reject"})),
    path(f"{_MESSAGE}/close_reports", ChatCrewViewSet.as_view({"post": "close_reports"})),
    path("sessions/<str:session_id>/team_chat", TeamChatViewSet.as_view({"get": "index", "post": "create"})),
    path("sessions/<str:session_id>/team_chat/<str:message_id>", TeamChatViewSet.as_view({"delete": "destroy"})),
    path(
        "sessions/<str:session_id>/lobby_message",
        LobbyMessageViewSet.as_view({"get": "read", "put": "replace", "delete": "destroy"}),
    ),
    path("sessions/<str:session_id>/reactions", ReactionViewSet.as_view({"post": "create"})),
]
