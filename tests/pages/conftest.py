"""Browsers of people for the pages, without a browser."""

import pytest
from django.test import Client

from accounts.models import User


@pytest.fixture
def browse():
    """``browse(user)`` is a client signed in as that user; ``browse()`` is anonymous."""

    def signed_in(user=None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def viewer(tenant):
    """A member of the organization whose account is for watching."""
    return User.objects.create_user(
        "viewer@acme.example", "correct horse", username="Vera", role="viewer", organization=tenant.organization
    )


def text_of(response) -> str:
    return response.content.decode()
