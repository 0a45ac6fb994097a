"""People and tokens of the tests of accounts."""

import pytest

from accounts import credentials

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
