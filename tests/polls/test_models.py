"""What the database itself refuses."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from polls.models import Poll, PollOption, Vote


def refused(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def test_a_second_vote_in_a_single_choice_poll(poll, attendee):
    first, second, _third = poll.options.all()
    Vote.objects.create(poll=poll, option=first, user=attendee, is_only=True)
    refused(lambda: Vote.objects.create(poll=poll, option=second, user=attendee, is_only=True))


def test_the_same_option_twice_where_several_may_be_chosen(poll, attendee):
    first, second, _third = poll.options.all()
    Vote.objects.create(poll=poll, option=first, user=attendee, is_only=False)
    Vote.objects.create(poll=poll, option=second, user=attendee, is_only=False)
    refused(lambda: Vote.objects.create(poll=poll, option=first, user=attendee, is_only=False))


def test_equal_options_a_shared_place_and_a_twenty_first(poll):
    for fields in ({"text": "red", "position": 5}, {"text": "pink", "position": 0}, {"text": "pink", "position": 20}):
        refused(lambda fields=fields: PollOption.objects.create(poll=poll, **fields))


def test_a_prepared_poll_that_is_closed(live_session, make_poll):
    prepared = make_poll(live_session, launch=False)
    refused(lambda: Poll.objects.filter(pk=prepared.pk).update(closed_at=timezone.now()))
