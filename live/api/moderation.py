"""Operations by which the crew bans people from a session, or removes them."""

from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.fields import Identifier, Paragraphs
from core.api.views import PAGING, SuccessResponse, operation, page_of
from core.errors import LimitReached, NotAllowed, NotFound
from core.ids import parse_uuid
from live.services import moderating
from sessions.api.views import SessionOperations
from sessions.errors import CannotBeRemoved
from sessions.models import Ban
from sessions.moderation import shapes
from sessions.moderation.services import ban_that_hits, bans_of
from sessions.rights.capabilities import Capabilities, require, require_entry


class BanParticipantRequest(serializers.Serializer[Any]):
    """Whom to ban, and why; the person reads the reason."""

    user_id = Identifier(help_text="A member, somebody with a role, or somebody who came in.")
    reason = Paragraphs(required=False, allow_blank=True, allow_null=True, max_length=500)

    def validate_reason(self, value: str | None) -> str:
        return value or ""


class ModerationViewSet(SessionOperations):
    """Bans, and removing people without one."""

    @operation(
        "Moderation",
        request=BanParticipantRequest,
        reply=shapes.Ban,
        status=201,
        errors=[NotFound, NotAllowed, CannotBeRemoved, LimitReached],
        or_existing=True,
    )
    def ban(self, request: Request, session_id: str) -> Response:
        """Ban a person: they and their browsers are removed and let in no more. Twice answers 200 with the first."""
        session, allowed = self.find(session_id)
        require(allowed.may_moderate)
        done = moderating.ban(actor=self.person, session=session, **self.parse(BanParticipantRequest))
        return self.reply(self._shown(done.ban, allowed), status=201 if done.is_new else 200, secret=True)

    @operation("Moderation", reply=shapes.Bans, errors=[NotFound, NotAllowed], parameters=PAGING)
    def bans(self, request: Request, session_id: str) -> Response:
        """List who is banned, the latest first."""
        session, allowed = self.find(session_id)
        require(allowed.may_moderate)
        page, limit = page_of(request, default_limit=100)
        rows = bans_of(session)
        bans = [self._shown(ban, allowed) for ban in rows[(page - 1) * limit : page * limit]]
        return self.reply(shapes.Bans(banned_participants=bans, total=rows.count()), secret=True)

    @operation("Moderation", reply=shapes.BanStatus, errors=[NotFound])
    def mine(self, request: Request, session_id: str) -> Response:
        """Tell whether you are banned here, and whether you may join."""
        session, allowed = self.find(session_id)
        assert self.person.user is not None
        found = ban_that_hits(session, self.person.user.pk) if allowed.is_banned else None
        refused = None
        try:
            require_entry(session, allowed)
        except NotAllowed as problem:
            refused = problem.code
        reason = found.reason if found else None
        return self.reply(shapes.BanStatus(banned=allowed.is_banned, reason=reason, refused=refused))

    @operation("Moderation", errors=[NotFound, NotAllowed])
    def unban(self, request: Request, session_id: str, user_id: str) -> Response:
        """Lift a ban."""
        session, allowed = self.find(session_id)
        require(allowed.may_moderate)
        moderating.unban(actor=self.person, session=session, user_id=self._named(user_id))
        return self.reply({"message": _("The ban was lifted. The person may join again.")}, SuccessResponse)

    @operation("Moderation", errors=[NotFound, NotAllowed, CannotBeRemoved])
    def kick(self, request: Request, session_id: str, user_id: str) -> Response:
        """Close all connections of a person without banning them: they may come back."""
        session, allowed = self.find(session_id)
        require(allowed.may_moderate)
        moderating.kick(actor=self.person, session=session, user_id=self._named(user_id))
        return self.reply({"message": _("The person was removed and may join again.")}, SuccessResponse)

    def _shown(self, ban: Ban, allowed: Capabilities) -> shapes.Ban:
        return shapes.Ban.of(ban, self.person, as_host=allowed.may_see_people_details)

    def _named(self, user_id: str) -> UUID:
        known = parse_uuid(user_id)
        if known is None:
            raise NotFound
        return known


_BANS = "sessions/<str:session_id>/bans"
urlpatterns: list[URLPattern | URLResolver] = [
    path(_BANS, ModerationViewSet.as_view({"get": "bans", "post": "ban"})),
    path(f"{_BANS}/me", ModerationViewSet.as_view({"get": "mine"})),
    path(f"{_BANS}/<str:user_id>", ModerationViewSet.as_view({"delete": "unban"})),
    path("sessions/<str:session_id>/people/<str:user_id>/remove", ModerationViewSet.as_view({"post": "kick"})),
]
