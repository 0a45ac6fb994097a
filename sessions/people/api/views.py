"""Operations on co-hosts, moderators and speakers, and on invitations."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import operation
from core.errors import LimitReached, NotAllowed, NotFound, TooMany
from core.ids import parse_uuid
from sessions.api.views import SessionOperations
from sessions.errors import SessionEnded
from sessions.models import Invitation, SessionRole
from sessions.people import changes, own_name, services, shapes
from sessions.people.api.serializers import (
    AddParticipantRoleRequest,
    ChangeNameRequest,
    CreateInvitationRequest,
    UpdateInvitationRequest,
)
from sessions.people.invitations import InvitationRevoked, invitations_of
from sessions.people.roles import roles_of
from sessions.rights.capabilities import Capabilities, require

#: The operations that give one of the three roles, and those that take it away.
_adds = operation(
    "Participants",
    request=AddParticipantRoleRequest,
    reply=shapes.SessionParticipant,
    status=201,
    errors=[NotFound, NotAllowed, services.IsHost, services.IsBanned, SessionEnded, LimitReached],
)
_removes = operation("Participants", reply=shapes.SessionParticipant, errors=[NotFound, NotAllowed])
_CO_HOST, _MODERATOR, _SPEAKER = Invitation.Role.CO_HOST, Invitation.Role.MODERATOR, Invitation.Role.SPEAKER


class ParticipantViewSet(SessionOperations):
    """People with a role in a session."""

    @operation("Participants", reply=shapes.SessionParticipants, errors=[NotFound, NotAllowed])
    def index(self, request: Request, session_id: str) -> Response:
        """List co-hosts, moderators and speakers. For everyone in the session."""
        session, allowed = self.find(session_id)
        require(allowed.in_session)
        shown = [self._shown(row, allowed) for row in roles_of(session)]
        return self.reply(shapes.SessionParticipants(participants=shown, total=len(shown)), secret=True)

    @_adds
    def add_co_host(self, request: Request, session_id: str) -> Response:
        """Make somebody co-host, replacing any other role. They must be a member, or have joined this session."""
        return self._add(session_id, _CO_HOST)

    @_adds
    def add_moderator(self, request: Request, session_id: str) -> Response:
        """Make somebody moderator, replacing any other role. They must be a member, or have joined this session."""
        return self._add(session_id, _MODERATOR)

    @_adds
    def add_speaker(self, request: Request, session_id: str) -> Response:
        """Make somebody speaker, replacing any other role. They must be a member, or have joined this session."""
        return self._add(session_id, _SPEAKER)

    @_removes
    def remove_co_host(self, request: Request, session_id: str, user_id: str) -> Response:
        """Remove the role of co-host; takes effect everywhere at once."""
        return self._remove(session_id, user_id, _CO_HOST)

    @_removes
    def remove_moderator(self, request: Request, session_id: str, user_id: str) -> Response:
        """Remove the role of moderator; takes effect everywhere at once."""
        return self._remove(session_id, user_id, _MODERATOR)

    @_removes
    def remove_speaker(self, request: Request, session_id: str, user_id: str) -> Response:
        """Remove the role of speaker, on stage or not; takes effect everywhere at once."""
        return self._remove(session_id, user_id, _SPEAKER)

    @operation(
        "Participants",
        request=ChangeNameRequest,
        reply=shapes.OwnName,
        errors=[NotFound, NotAllowed, TooMany],
        operation_id="participants_change_name",
    )
    def change_name(self, request: Request, session_id: str) -> Response:
        """Change the name that everybody sees of you. For whoever is on stage, and for crew and speakers.

        It is the name of your account, in your other sessions too. Names of the team cannot be taken, nor names like
        them. Not with an API key.
        """
        session, allowed = self.find(session_id)
        require(allowed.may_change_name)
        name = self.parse(ChangeNameRequest)["name"]
        user = own_name.change_name(actor=self.person, session=session, name=name)
        return self.reply(shapes.OwnName(user_id=user.pk, username=user.username))

    def _add(self, session_id: str, role: str) -> Response:
        session, allowed = self.find(session_id)
        require(services.may_give(allowed, role))
        user_id = self.parse(AddParticipantRoleRequest)["user_id"]
        row = services.add_role(actor=self.person, session=session, user_id=user_id, role=role)
        return self.reply(self._shown(row, allowed), status=201)

    def _remove(self, session_id: str, user_id: str, role: str) -> Response:
        session, allowed = self.find(session_id)
        known = parse_uuid(user_id)
        if known is None:
            raise NotFound
        row = services.remove_role(actor=self.person, session=session, user_id=known, role=role)
        return self.reply(self._shown(row, allowed))

    def _shown(self, row: SessionRole, allowed: Capabilities) -> shapes.SessionParticipant:
        return shapes.SessionParticipant.of(row, self.person, as_host=allowed.may_see_people_details)


class InvitationViewSet(SessionOperations):
    """Personal links that need no account."""

    @operation(
        "Participants",
        request=CreateInvitationRequest,
        reply=shapes.Invitation,
        status=201,
        errors=[NotFound, NotAllowed, SessionEnded, LimitReached, TooMany],
        idempotent=lambda view, session_id: require(view.find(session_id)[1].may_invite),
    )
    def create(self, request: Request, session_id: str) -> Response:
        """Make a personal link that gives a role to whoever opens it first; with `email` it is also sent there.

        The link is returned only once, here.
        """
        session, allowed = self.find(session_id)
        require(allowed.may_invite)
        fields = self.parse(CreateInvitationRequest)
        made = services.invite(actor=self.person, session=session, **fields)
        return self.reply(self._shown(made, allowed), status=201, secret=True)

    @operation(
        "Participants",
        reply=shapes.Invitations,
        errors=[NotFound, NotAllowed],
        operation_id="participants_invitations",
    )
    def index(self, request: Request, session_id: str) -> Response:
        """List the invitations that are not revoked."""
        session, allowed = self.find(session_id)
        require(allowed.may_invite)
        shown = [self._shown(row, allowed) for row in invitations_of(session)]
        return self.reply(shapes.Invitations(invitations=shown, total=len(shown)), secret=True)

    @operation(
        "Participants",
        reply=shapes.Invitation,
        errors=[NotFound, NotAllowed, InvitationRevoked, SessionEnded, TooMany],
    )
    def renew(self, request: Request, session_id: str, invitation_id: str) -> Response:
        """Replace the link of an invitation; the former one stops working. With `email` the new one is also sent there.

        For somebody who lost the link, or changes device. Whoever accepted the former link keeps the role until the new
        one is accepted.
        """
        session, allowed = self.find(session_id)
        require(allowed.may_invite)
        made = services.renew_invitation(actor=self.person, session=session, invitation_id=invitation_id)
        return self.reply(self._shown(made, allowed), secret=True)

    @operation(
        "Participants",
        request=UpdateInvitationRequest,
        reply=shapes.Invitation,
        errors=[NotFound, NotAllowed, InvitationRevoked, SessionEnded, changes.InvitationTaken, TooMany],
    )
    def change(self, request: Request, session_id: str, invitation_id: str) -> Response:
        """Change the name, the address or, until it is accepted, the role of an invitation.

        With another `email` the present link stops working; the new one is returned here once, and sent if there is an
        address. Whoever accepted the former link keeps the role until the new one is accepted.
        """
        session, allowed = self.find(session_id)
        require(allowed.may_invite)
        fields = self.parse(UpdateInvitationRequest)
        made = changes.update_invitation(actor=self.person, session=session, invitation_id=invitation_id, **fields)
        return self.reply(self._shown(made, allowed), secret=True)

    @operation("Participants", reply=shapes.Invitation, errors=[NotFound, NotAllowed])
    def revoke(self, request: Request, session_id: str, invitation_id: str) -> Response:
        """Revoke an invitation: its link stops working, and a role that came by it ends at once."""
        session, allowed = self.find(session_id)
        require(allowed.may_invite)
        invitation = services.revoke_invitation(actor=self.person, session=session, invitation_id=invitation_id)
        return self.reply(self._shown(invitation, allowed), secret=True)

    def _shown(self, invitation: Invitation, allowed: Capabilities) -> shapes.Invitation:
        return shapes.Invitation.of(invitation, self.person, as_host=allowed.may_see_people_details)


def _role_paths(name: str, one: str) -> list[URLPattern | URLResolver]:
    return [
        path(f"sessions/<str:session_id>/{name}", ParticipantViewSet.as_view({"post": f"add_{one}"})),
        path(
            f"sessions/<str:session_id>/{name}/<str:user_id>", ParticipantViewSet.as_view({"delete": f"remove_{one}"})
        ),
    ]


_invitations = "sessions/<str:session_id>/invitations"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<str:session_id>/participants", ParticipantViewSet.as_view({"get": "index"})),
    path("sessions/<str:session_id>/participants/me", ParticipantViewSet.as_view({"patch": "change_name"})),
    *_role_paths("co_hosts", "co_host"),
    *_role_paths("moderators", "moderator"),
    *_role_paths("speakers", "speaker"),
    path(_invitations, InvitationViewSet.as_view({"get": "index", "post": "create"})),
    path(f"{_invitations}/<str:invitation_id>", InvitationViewSet.as_view({"patch": "change", "delete": "revoke"})),
    path(f"{_invitations}/<str:invitation_id>/link", InvitationViewSet.as_view({"post": "renew"})),
]
