"""For static/js/panels/stage.js."""

from typing import Any


def stage_panel_texts() -> dict[str, Any]:
    """Sentences of the panel."""
    return {}
