"""Channels as its documentation shows a chat: a consumer that joins a group, over channels_redis."""

import os
from typing import Any

import django
from django.conf import settings

LAYER = {
    "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
    "CONFIG": {"hosts": [os.environ.get("REDIS_URL")], "capacity": 10_000},
}
if not settings.configured:
    settings.configure(SECRET_KEY="bench", INSTALLED_APPS=["channels"], CHANNEL_LAYERS={"default": LAYER})
    django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter

GROUP = "bench"


class Chat(AsyncWebsocketConsumer):
    """One socket of the room."""

    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["text"])


application = ProtocolTypeRouter({"websocket": Chat.as_asgi()})


async def publish(layer: Any, text: str) -> None:
    """Publish as a view or another process would."""
    await layer.group_send(GROUP, {"type": "chat.message", "text": text})
