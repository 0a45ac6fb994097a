"""For static/js/panels/polls.js."""

from typing import Any


def polls_texts() -> dict[str, Any]:
    """Sentences of the panel."""
    return {}
