"""What each app adds to tests that cover all of them: modules of these names in tests/<app>/ are found by themselves.

``rows``: ``make(tenant, live_session, guest)`` makes a row of each of the app's models and returns the secrets in them.
``walk``: ``walk(walker, world)`` calls each of the app's operations with success (tests/test_contract.py).
``happenings``: ``HAPPENINGS``, event type → (is the session live before?, ``fn(session, guest, host)``).
"""

import importlib
import importlib.util

APPS = (
    "accounts",
    "organizations",
    "audit",
    "rooms",
    "sessions",
    "chat",
    "polls",
    "questions",
    "stage",
    "captions",
    "media",
    "recordings",
    "surveys",
    "live",
    "reports",
)


def modules(name):
    """The module ``name`` of every app that has one."""
    found = [f"tests.{app}.{name}" for app in APPS if importlib.util.find_spec(f"tests.{app}")]
    return [importlib.import_module(path) for path in found if importlib.util.find_spec(path)]


def merged(name, constant):
    """The dictionaries called ``constant`` of all apps as one."""
    together = {}
    for module in modules(name):
        mine = getattr(module, constant)
        assert not together.keys() & mine.keys()
        together |= mine
    return together
