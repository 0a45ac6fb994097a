from sessions.models import Admission, Ban, Invitation, SessionRole, StageMember


def make(tenant, live_session, guest):
    by = tenant.owner
    Invitation.objects.create(
        session=live_session,
        name="Ada",
        role="speaker",
        token_hash="1f" * 32,
        token_sealed="sealed-invitation",
        invited_by=by,
    )
    SessionRole.objects.create(session=live_session, user=guest, role="moderator", assigned_by=by)
    StageMember.objects.create(session=live_session, user=guest)
    Admission.objects.create(session=live_session, user=guest)
    Ban.objects.create(session=live_session, user=guest, banned_by=by, reason="noise")
    return []
