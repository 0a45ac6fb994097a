"""What every test may use: two tenants with people, rooms, presets and sessions, and clients that call the API as them."""

import gc
import time
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.person import Person
from organizations.models import Library, Membership, Organization
from organizations.services import create_api_key
from rooms.models import Preset, Room
from sessions.models import Attendance, Session
from tests.emptying import empty_tables
from tests.livekit import livekit, livekit_process  # noqa: F401 — fixtures
from tests.openapi import assert_matches_schema, is_described
from tests.participants import clients_of
from tests.ports import free_port
from tests.product import media_of, product  # noqa: F401 — fixtures
from tests.redis import own_redis, redis_of_file, redis_server  # noqa: F401 — fixtures
from tests.socket_server import server  # noqa: F401 — a fixture

API = "/v1/webinar"


@dataclass(frozen=True)
class Tenant:
    """An organization with its library, an owner, an ordinary member, and the owner's room and preset."""

    organization: Organization
    library: Library
    owner: User
    member: User
    room: Room
    preset: Preset


def make_tenant(name: str) -> Tenant:
    organization = Organization.objects.create(name=name)
    library = Library.objects.create(organization=organization, name="Main", is_default=True)
    owner = User.objects.create_user(
        f"owner@{name}.example", "correct horse", username=f"{name} owner", role="host", organization=organization
    )
    member = User.objects.create_user(
        f"member@{name}.example", "correct horse", username=f"{name} member", role="host", organization=organization
    )
    Membership.objects.create(organization=organization, user=owner, role="owner")
    Membership.objects.create(organization=organization, user=member, role="member")
    room = Room.objects.create(host=owner, library=library, slug=f"{name}-room", title=f"{name} room")
    preset = Preset.objects.create(
        user=owner, library=library, name="Standard", type="whip", primary_color="#1d4ed8", is_default=True
    )
    return Tenant(organization, library, owner, member, room, preset)


@pytest.fixture
def tenant(db):
    return make_tenant("acme")


@pytest.fixture
def other_tenant(db):
    return make_tenant("globex")


@pytest.fixture
def host(tenant):
    return tenant.owner


@pytest.fixture
def member(tenant):
    return tenant.member


@pytest.fixture
def stranger(other_tenant):
    """A host of another organization."""
    return other_tenant.owner


@pytest.fixture
def guest(db):
    return User.objects.create_user(username="Grace", is_guest=True)


@pytest.fixture
def api_key(tenant):
    """(key, secret) of a key that acts as the owner, with every scope."""
    return create_api_key(
        organization=tenant.organization,
        acts_as=tenant.owner,
        name="CRM",
        scopes=["rooms", "sessions", "codes"],
    )


@pytest.fixture
def room(tenant):
    return tenant.room


@pytest.fixture
def preset(tenant):
    return tenant.preset


@pytest.fixture
def session(room, preset):
    """Scheduled for tomorrow, backstage closed."""
    return Session.objects.create(
        room=room, preset=preset, title="Launch", scheduled_start_time=timezone.now() + timedelta(days=1)
    )


@pytest.fixture
def live_session(session):
    """As if it had gone live a minute ago; no media room behind it."""
    Session.objects.filter(pk=session.pk).update(
        status="live",
        started_at=timezone.now() - timedelta(minutes=1),
        backstage_opened_at=timezone.now() - timedelta(minutes=5),
        last_active_at=timezone.now(),
    )
    session.refresh_from_db()
    return session


@pytest.fixture
def attendee(live_session, guest):
    """Grace, who came into the live session."""
    Attendance.objects.create(session=live_session, user=guest)
    return guest


@pytest.fixture
def staff(client, db):
    """Django's test client, signed in as a superuser."""
    client.force_login(User.objects.create_superuser("staff@example.com", "correct horse", username="Staff"))
    return client


@pytest.fixture
def own_uploads(settings, tmp_path):
    """What people upload goes into a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def empty_cache():
    """Rate limits and tickets of one test do not reach into the next."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def tasks_at_once():
    """What is put off into the background is done at once."""
    from webinar.celery import app

    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture(autouse=True)
def quick_password_hashes(settings):
    """The real hashes cost a tenth of a second each, on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def fresh_limit_windows(monkeypatch):
    """Each test begins with a new window of every rate limit, so that no window ends in the middle of it."""
    longest = 15 * 60
    shift = time.time() % longest
    monkeypatch.setattr("core.limits._now", lambda: time.time() - shift)


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Pages name static files without the hashes that `collectstatic` makes, and no test client looks through them all."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.WHITENOISE_AUTOREFRESH = True


def as_person(user) -> Person:
    return Person(user=user)


class CheckedClient(APIClient):
    """Every reply that an operation gives is compared with the OpenAPI file, whatever the test is about."""

    def request(self, **kwargs):
        response = super().request(**kwargs)
        method, path = response.request["REQUEST_METHOD"], response.request["PATH_INFO"]
        # 304, 405 and 406 belong to the condition, the address and the reply's type, not to one operation.
        if is_described(method, path) and response.status_code not in {304, 405, 406}:
            assert_matches_schema(response)
        return response


def client_for(user=None) -> APIClient:
    """An API client with the bearer token of ``user``; anonymous without one."""
    from accounts import credentials

    client = CheckedClient()
    if user is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {credentials.issue_tokens(user).access_token}")
    return client


def refused_fields(reply) -> list[str]:
    """The fields that this refusal complains about, in its order."""
    return [error["field"] for error in reply.json()["errors"]]


@pytest.fixture
def api():
    """``api(user)`` is a client that acts as that user; ``api()`` is anonymous."""
    return client_for


def pytest_addoption(parser):
    parser.addoption("--database-only", action="store_true", help="only tests that reach the database through the ORM")


def pytest_configure():
    TransactionTestCase._fixture_teardown = empty_tables


def pytest_collection_finish():
    """Let the garbage collector look at what tests make, and rarely: not at a million objects of libraries and tests.

    Looking through them again and again took a third of the time of tests that call the product in their own process.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """At the end PostgreSQL drops the database, which connections of the product's own threads would forbid."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


def pytest_collection_modifyitems(config, items):
    """Files that start the product or its engines come first, so that no worker is left alone with one at the end.

    For a second database, what never meets one is left out: engines, playlists, brokers, the parts of `serve`.
    """
    if config.getoption("--database-only"):
        config.hook.pytest_deselected(items=[item for item in items if not _meets_database(item)])
        items[:] = [item for item in items if _meets_database(item)]
    slow = {item.path for item in items if item.get_closest_marker("product") or "livekit" in item.fixturenames}
    items.sort(key=lambda item: item.path not in slow)


def _meets_database(item):
    if item.get_closest_marker("any_database"):
        return False
    return item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(item.fixturenames)


@pytest.fixture
def livekit_down(settings):
    """Nothing answers at LiveKit's address."""
    settings.LIVEKIT_URL = f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def clients(livekit):  # noqa: F811
    """Python participants of the running LiveKit."""
    with clients_of(livekit.socket_url) as found:
        yield found
