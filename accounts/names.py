"""Names that people give themselves."""

from base import texts

LONGEST = 50


def clean_name(value: str, *, field: str = "display_name", longest: int = LONGEST) -> str:
    """``value`` as names are kept and shown. Raises Invalid: nothing to see, or longer than ``longest``."""
    return texts.line(value, field=field, longest=longest)
