"""Groups of callers, by what they may do; a row of the table names one."""

from tests.webinar.access.world import CALLERS, KEYS, PEOPLE

Callers = frozenset[str]

EVERYBODY: Callers = frozenset(CALLERS)
NO_KEYS: Callers = EVERYBODY - set(KEYS)
NOBODY: Callers = frozenset()
PERSONS: Callers = frozenset(PEOPLE)
KNOWN = EVERYBODY - {"anonymous"}
#: A sign-in by a code opens its own session alone, and what is public.
WHOLE = KNOWN - {"limited"}
PUBLIC = EVERYBODY - {"limited"}
#: Of the live session: the host and who acts as one, who leads, the crew.
HOST: Callers = frozenset({"host", "manager", "key"})
LEADS = HOST | {"co_host"}
CREW = LEADS | {"moderator"}
INSIDE = CREW | {"speaker", "attendee"}
#: People may come in unless they are banned; keys may not, but for the one that is host.
MAY_COME = (PERSONS - {"banned"}) | {"key"}
#: Accounts for hosts; a guest or viewer has none.
HOST_ACCOUNTS: Callers = frozenset({"host", "manager", "colleague", "homeless", "stranger", "superuser"})
STAFF: Callers = frozenset({"staff", "superuser"})
SUPERUSER: Callers = frozenset({"superuser"})
SIGNED_IN: Callers = frozenset(PEOPLE) - {"guest", "attendee", "banned", "speaker", "moderator", "co_host"}
