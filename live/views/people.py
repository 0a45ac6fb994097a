"""Who looks at a page."""

from django.http import HttpRequest

from accounts.models import User
from accounts.person import ANONYMOUS, Person


def viewer_of(request: HttpRequest) -> Person:
    """The signed-in person of a page, guests included; otherwise nobody."""
    return Person(user=request.user) if isinstance(request.user, User) else ANONYMOUS
