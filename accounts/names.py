"""Names that people give themselves."""

import re

from base import texts

LONGEST = 50
#: A number after a name tells people of the same name apart; more than six digits belong to the name.
_NUMBERED = re.compile(r"(?P<name>.*\S) \((?P<number>[1-9]\d{0,5})\)", re.DOTALL)


def clean_name(value: str, *, field: str = "display_name", longest: int = LONGEST) -> str:
    """``value`` as names are kept and shown. Raises Invalid: nothing to see, or longer than ``longest``."""
    return texts.line(value, field=field, longest=longest)


def split_number(name: str) -> tuple[str, int]:
    """``Ana (2)`` → ``Ana`` and 2; a name without a number has 1."""
    found = _NUMBERED.fullmatch(name)
    return (found["name"], int(found["number"])) if found else (name, 1)


def numbered(name: str, number: int) -> str:
    """``Ana`` and 2 → ``Ana (2)``."""
    return f"{name} ({number})"


def is_same_name(typed: str, shown: str) -> bool:
    """Whether somebody who is ``shown`` typed this as their name again, with or without the number they were given."""
    return typed in (shown, split_number(shown)[0])
