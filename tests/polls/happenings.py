"""How each event about polls comes to be told. The guest votes, the host runs the polls."""

from polls import services
from tests.conftest import as_person


def poll_of(session, host, **fields):
    """A poll with three options; launched unless said."""
    asked = {"question": "Which colour?", "options": ["red", "green", "blue"], **fields}
    return services.create_poll(actor=as_person(host), session=session, **asked)


def vote(poll, user, position):
    return services.vote(actor=as_person(user), poll=poll, option_id=poll.options.all()[position].pk)


def launch(session, guest, host):
    poll = poll_of(session, host, launch=False, results_hidden=True)
    services.update_poll(actor=as_person(host), poll=poll, question="Which shape?", options=["round", "square"])
    services.launch_poll(actor=as_person(host), poll=poll)
    poll_of(session, host)
    poll_of(session, host, results_hidden=True)
    poll_of(session, host, launch=False)


def people_vote(session, guest, host):
    for hidden in (False, True):
        poll = poll_of(session, host, allow_multiple_votes=True, results_hidden=hidden)
        vote(poll, guest, 2)
        vote(poll, guest, 0)
        vote(poll, host, 2)


def close(session, guest, host):
    for hidden in (False, True):
        poll = poll_of(session, host, results_hidden=hidden)
        vote(poll, guest, 1)
        services.close_poll(actor=as_person(host), poll=poll)


def show(session, guest, host):
    poll = poll_of(session, host, results_hidden=True)
    vote(poll, guest, 1)
    services.show_results(actor=as_person(host), poll=poll)
    services.close_poll(actor=as_person(host), poll=poll)


def delete(session, guest, host):
    for fields in ({}, {"results_hidden": True}, {"launch": False}):
        poll = poll_of(session, host, **fields)
        if poll.is_launched:
            vote(poll, guest, 1)
        services.delete_poll(actor=as_person(host), poll=poll)


HAPPENINGS = {
    "poll.created": (True, launch),
    "poll.updated": (True, show),
    "poll.results": (True, people_vote),
    "poll.voted": (True, people_vote),
    "poll.closed": (True, close),
    "poll.deleted": (True, delete),
}
