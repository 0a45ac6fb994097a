from questions.models import Question, QuestionVote


def make(tenant, live_session, guest):
    question = Question.objects.create(session=live_session, user=guest, text="How long does it last?")
    QuestionVote.objects.create(question=question, user=tenant.owner)
    return []
