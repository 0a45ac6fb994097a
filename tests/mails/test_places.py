"""A mail server that does not answer holds up mails, and no other background work."""

import threading

import pytest
from celery import shared_task

from mails import places
from mails.places import ACCOUNT_MAILS, AccountMail

answered, sending, sent = threading.Event(), threading.Semaphore(0), []


@shared_task(base=AccountMail, name="tests.send_slowly", ignore_result=True)
def send_slowly(number):
    sending.release()
    answered.wait(60)
    sent.append(number)


@pytest.fixture
def again(monkeypatch):
    """What was put off: arguments and options."""
    put_off = []
    monkeypatch.setattr(send_slowly, "apply_async", lambda args, kwargs, **options: put_off.append((args, options)))
    return put_off


def test_so_many_threads_wait_for_the_mail_server_and_further_mails_come_again(again):
    threads = [threading.Thread(target=send_slowly.apply, args=([number],)) for number in range(ACCOUNT_MAILS)]
    for thread in threads:
        thread.start()
        assert sending.acquire(timeout=60)
    send_slowly.apply([99], retries=3)  # returns at once
    assert (sent, [args for args, _options in again]) == ([], [(99,)])
    assert again[0][1] == {"countdown": places._AGAIN, "retries": 3}  # waiting uses up none of its tries
    answered.set()
    for thread in threads:
        thread.join(60)
    send_slowly.apply([100])
    assert sorted(sent) == [0, 1, 100]
    assert len(again) == 1
