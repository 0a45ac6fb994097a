"""For static/js/panels/people.js."""

from typing import Any


def people_texts() -> dict[str, Any]:
    """Sentences of the panel."""
    return {}
