from django.utils import timezone

from chat.models import ChatMessage, ChatReport


def make(tenant, live_session, guest):
    common = {"session": live_session, "published_at": timezone.now()}
    secret = ChatMessage.objects.create(
        **common, user=guest, username="Grace", role="audience", text="between-us-two", recipient=tenant.owner
    )
    ChatMessage.objects.create(**common, user=tenant.owner, username="Owner", role="host", text="Welcome")
    ChatReport.objects.create(message=secret, reported_by=tenant.owner, reason="rude")
    return ["between-us-two"]
