"""People and tokens of the tests of accounts."""

import pytest

from accounts import credentials, services

API = "/v1/webinar"


@pytest.fixture
def post(api):
    """``post("login", body, user)``: the reply of an Auth operation; anonymous without a user."""

    def send(name, body=None, user=None, **options):
        return api(user).post(f"{API}/auth/{name}", body if body is not None else {}, **options)

    return send


@pytest.fixture
def tokens(host):
    """Tokens of a fresh sign-in of the host."""
    return credentials.issue_tokens(host)


@pytest.fixture
def api_key(tenant):
    """(key, secret) of a key that acts as the owner, with every scope."""
    return services.create_api_key(
        organization=tenant.organization,
        acts_as=tenant.owner,
        name="CRM",
        scopes=["rooms", "sessions", "codes"],
    )
