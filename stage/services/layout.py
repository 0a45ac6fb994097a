"""Arrange the stage for everybody."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from audit.services import record
from core.errors import Invalid
from core.ids import parse_uuid
from sessions import lifecycle
from sessions.errors import SessionNotLive
from sessions.models import Session
from sessions.rights.capabilities import capabilities, require
from stage import layout as places
from stage import queries


def change_layout(*, actor: Person, session: Session, layout: str, spotlight_identity: object = None) -> Session:
    """Arrange the stage. The spotlight needs somebody on stage: host, co-host, or who was brought there.

    Raises NotAllowed, NotFound, Invalid, SessionNotLive (neither live nor in the backstage).
    """
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_manage_stage)
        if not (locked.is_live or locked.is_backstage):
            raise SessionNotLive
        spotlight_id = None
        if layout == Session.Layout.SPOTLIGHT:
            spotlight_id = parse_uuid(spotlight_identity)
            on_stage = {*queries.leading(locked), *queries.on_stage(locked).values_list("user_id", flat=True)}
            if spotlight_id not in on_stage:
                message = _("Choose somebody who is on stage.")
                raise Invalid.field("spotlight_identity", message, "not_on_stage")
        elif spotlight_identity:
            message = _("Only the layout “spotlight” shows one person. Leave this out, or choose that layout.")
            raise Invalid.field("spotlight_identity", message, "without_spotlight")
        if places.arrange(locked, layout, spotlight_id):
            record("stage.arranged", actor=actor.account().pk, session=locked.pk, subject=spotlight_id, layout=layout)
    return locked
