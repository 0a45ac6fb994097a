"""Names that people give themselves."""

import re

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import texts
from core.nudges import hook

LONGEST = 50
LONGEST_OF_ACCOUNT = 150
#: A number in brackets tells people of the same name apart; with more than six digits it belongs to the name itself.
_NUMBER = re.compile(r"(?<=\S) \(([1-9][0-9]{0,5})\)\Z")


def clean_name(value: str, *, field: str = "display_name", longest: int = LONGEST) -> str:
    """``value`` as names are stored and shown. Raises Invalid: nothing visible, or longer than ``longest``."""
    return texts.line(value, field=field, longest=longest, missing=_("Enter a name."))


def split_number(name: str) -> tuple[str, int]:
    """``Ana (2)`` → ``Ana`` and 2; a name without a number has 1."""
    found = _NUMBER.search(name)
    return (name[: found.start()], int(found[1])) if found else (name, 1)


def numbered(name: str, number: int) -> str:
    """``Ana`` and 2 → ``Ana (2)``, cut to the length that an account's name may have."""
    end = f" ({number})"
    return name[: LONGEST_OF_ACCOUNT - len(end)].rstrip() + end


def is_same_name(typed: str, shown: str) -> bool:
    """Whether somebody who is ``shown`` typed this name again, with or without the number they were given."""
    return typed in (shown, split_number(shown)[0])


@hook
def renamed(user: User, former: str) -> None:
    """Hook: the name of ``user``, which was ``former``, was changed in the present transaction."""
