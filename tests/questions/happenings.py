"""How each event about questions comes to be told."""

from questions import services
from sessions.moderation.services import change_rules
from tests.conftest import as_person


def asked(session, user, text="How long does it last?"):
    return services.ask(actor=as_person(user), session=session, text=text)


def ask(session, guest, host):
    asked(session, guest)
    asked(session, host)


def update(session, guest, host):
    question = asked(session, guest)
    for change in (services.pin, services.dismiss, services.restore, services.pin, services.answer, services.unpin):
        change(actor=as_person(host), question=question)
    services.answer(actor=as_person(host), question=question, answer="An hour.")


def dismiss(session, guest, host):
    for user in (guest, host):
        question = asked(session, user)
        services.pin(actor=as_person(host), question=question)
        services.vote(actor=as_person(guest), question=question)
        services.dismiss(actor=as_person(host), question=question)


def withdraw(session, guest, host):
    question = asked(session, guest)
    services.vote(actor=as_person(host), question=question)
    services.withdraw(actor=as_person(guest), question=question)
    dismissed = asked(session, guest)
    services.dismiss(actor=as_person(host), question=dismissed)
    services.withdraw(actor=as_person(guest), question=dismissed)


def people_vote(session, guest, host):
    first, second = asked(session, guest), asked(session, guest)
    services.vote(actor=as_person(guest), question=second)
    services.vote(actor=as_person(host), question=second)
    services.vote(actor=as_person(guest), question=first)
    services.take_vote_back(actor=as_person(guest), question=second)


def hold(session, guest, host):
    change_rules(actor=as_person(host), session=session, hold_messages=True)
    _waiting, approved, dismissed, withdrawn = (asked(session, guest, f"Question {n}") for n in range(4))
    services.approve(actor=as_person(host), question=approved)
    services.vote(actor=as_person(guest), question=approved)
    services.dismiss(actor=as_person(host), question=dismissed)
    services.withdraw(actor=as_person(guest), question=withdrawn)
    restored = asked(session, guest, "Question 4")
    services.dismiss(actor=as_person(host), question=restored)
    services.restore(actor=as_person(host), question=restored)


HAPPENINGS = {
    "question.held": (True, hold),
    "question.asked": (True, ask),
    "question.updated": (True, update),
    "question.dismissed": (True, dismiss),
    "question.deleted": (True, withdraw),
    "question.votes": (True, people_vote),
    "question.voted": (True, people_vote),
}
