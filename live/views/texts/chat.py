"""For static/js/panels/chat.js."""

from typing import Any


def chat_texts() -> dict[str, Any]:
    """Sentences of the panel."""
    return {}
