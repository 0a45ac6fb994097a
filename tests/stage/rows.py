from stage.models import HandRaise, JoinRequest


def make(tenant, live_session, guest):
    HandRaise.objects.create(session=live_session, user=guest, message="Why so fast?")
    JoinRequest.objects.create(session=live_session, user=guest)
    return []
