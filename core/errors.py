"""The one family of errors that the product answers with.

Domain code raises a :class:`Problem`: the API renders it as the contract's error envelope, pages as a message, the
socket as ``{"code", "message"}``, with ``retry_after`` where there is one. ``status`` is the HTTP status that the
contract gives to this kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


class Problem(Exception):
    """An error that the caller must be told. ``sentence`` says what happened and what to do."""

    status = 400
    code = "problem"
    sentence: Sentence = _("That did not work.")
    retry_after: int | None = None

    def __init__(
        self, sentence: Sentence | None = None, *, code: str | None = None, retry_after: int | None = None
    ) -> None:
        if sentence is not None:
            self.sentence = sentence
        if code is not None:
            self.code = code
        if retry_after is not None:
            self.retry_after = retry_after
        super().__init__(str(self.sentence))


class Unreadable(Problem):
    """The body could not be read at all."""

    status = 400
    code = "unreadable"
    sentence = _("The request body could not be read. Send valid JSON.")


class NotAuthenticated(Problem):
    """No credentials, or invalid ones."""

    status = 401
    code = "not_authenticated"
    sentence = _("Sign in first: send a valid access token or API key.")


class NotAllowed(Problem):
    """The caller is known, may see the object, but may not do this."""

    status = 403
    code = "not_allowed"
    sentence = _("You are not allowed to do this.")


class NotFound(Problem):
    """It does not exist, or not for this caller; both look the same."""

    status = 404
    code = "not_found"
    sentence = _("This does not exist, or you cannot see it.")


class NoneFound(NotFound):
    """The caller asked for “mine” or “active”, and there is none."""

    code = "none"
    sentence = _("There is none.")


class Conflict(Problem):
    """The present state of the object does not allow it."""

    status = 409
    code = "conflict"
    sentence = _("This is not possible in the present state.")


class LimitReached(Conflict):
    """The limit of objects for a person, session or organization is reached."""

    code = "too_many"
    sentence = _("The limit is reached. Delete some first.")


class Gone(Problem):
    """A link or code that was valid before."""

    status = 410
    code = "expired"
    sentence = _("This link has expired. Ask for a new one.")


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of one field; ``field`` is dotted for nested ones, empty for the whole body."""

    field: str
    code: str
    message: Sentence


class Invalid(Problem):
    """The input can be read but is not acceptable; ``errors`` has one entry for each fault."""

    status = 422
    code = "invalid"
    sentence = _("Some fields are not valid. See errors.")

    def __init__(self, errors: Sequence[FieldError] = (), sentence: Sentence | None = None) -> None:
        super().__init__(sentence)
        self.errors = list(errors)

    @classmethod
    def field(cls, field: str, message: Sentence, code: str = "invalid") -> "Invalid":
        """An error about a single field."""
        return cls([FieldError(field, code, message)], sentence=message)


class TooMany(Problem):
    """A rate limit was exceeded; ``retry_after`` in seconds."""

    status = 429
    code = "too_many_requests"
    sentence = _("Too many requests. Wait a little, then try again.")
    retry_after = 60


class TooManyForAccount(TooMany):
    """Wrong tries for one account, from one network."""

    sentence = _("Too many wrong tries for this account. Wait a little, then try again.")


class TooManyFromNetwork(TooMany):
    """As above, counted for everybody behind one address."""

    sentence = _("Too many requests came from your network, which others may share. Wait a little, then try again.")


class Unavailable(Problem):
    """A part of the product is unavailable; ``retry_after`` in seconds."""

    status = 503
    code = "unavailable"
    sentence = _("This part of the service is not available right now. Try again shortly.")
    retry_after = 5


class Busy(Unavailable):
    """More comes at once than can be answered; nothing was done, and the same may be asked again."""

    code = "busy"
    sentence = _("Very many people are here at this moment. Try again in a few seconds.")
    retry_after = 2
