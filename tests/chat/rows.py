from django.utils import timezone

from chat.models import ChatMessage, ChatReport, LobbyMessage, TeamMessage


def make(tenant, live_session, guest):
    common = {"session": live_session, "published_at": timezone.now()}
    secret = ChatMessage.objects.create(
        **common, user=guest, username="Grace", role="audience", text="between-us-two", recipient=tenant.owner
    )
    ChatMessage.objects.create(**common, user=tenant.owner, username="Owner", role="host", text="Welcome")
    ChatReport.objects.create(message=secret, reported_by=tenant.owner, reason="rude")
    common = {"session": live_session, "user": tenant.owner}
    TeamMessage.objects.create(**common, username="Owner", role="host", text="among-the-team")
    LobbyMessage.objects.create(**common, text="Soon")
    return ["between-us-two", "among-the-team"]
