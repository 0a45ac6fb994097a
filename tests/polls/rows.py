from polls.models import Poll, PollOption, Vote


def make(tenant, live_session, guest):
    poll = Poll.objects.create(session=live_session, created_by=tenant.owner, question="Which colour?")
    option = PollOption.objects.create(poll=poll, text="red", position=0)
    Vote.objects.create(poll=poll, option=option, user=guest, is_only=True)
    return []
