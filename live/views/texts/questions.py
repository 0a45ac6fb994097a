"""For static/js/panels/questions.js."""

from typing import Any


def questions_texts() -> dict[str, Any]:
    """Sentences of the panel."""
    return {}
