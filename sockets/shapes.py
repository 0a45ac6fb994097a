"""What sockets publish, in replies."""

from typing import Literal

from pydantic import Field

from core.published import Published


class Realtime(Published, name="RealtimeResponse"):
    """Where to connect, with which ticket, and the topics."""

    transport: Literal["websocket", "centrifugo"]
    url: str = Field(description="ws(s) address of the socket.")
    ticket: str = Field(description="For the first frame; valid once, for a minute.")
    topics: list[str]
