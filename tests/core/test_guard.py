"""One count of wrong tries for all doors."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from core.errors import NotAuthenticated, TooMany, Unavailable
from core.guard import CODE, PASSWORD, guarded


def refuse():
    raise NotAuthenticated


def wrong(**of):
    with pytest.raises(NotAuthenticated), guarded(PASSWORD, **of):
        refuse()


@pytest.fixture(autouse=True)
def limits(settings):
    settings.LOGIN_FAILURE_LIMIT, settings.LOGIN_NETWORK_LIMIT, settings.CODE_FAILURE_LIMIT = 2, 4, 3


def test_an_account_is_closed_for_this_network_and_open_for_others():
    for _ in range(2):
        wrong(network="a", account="ada")
    with pytest.raises(TooMany), guarded(PASSWORD, network="a", account="ada"):
        pytest.fail("judged")
    with guarded(PASSWORD, network="b", account="ada"), guarded(PASSWORD, network="a", account="bob"):
        pass


def test_many_accounts_from_one_network_are_limited_together():
    for account in ("ada", "bob", "eve", "joe"):
        wrong(network="a", account=account)
    with pytest.raises(TooMany), guarded(PASSWORD, network="a", account="max"):
        pytest.fail("judged")


def test_a_right_one_forgets_the_accounts_wrong_ones_and_not_the_networks():
    for _ in range(3):
        wrong(network="a", account="ada")
        with guarded(PASSWORD, network="a", account="ada"):
            pass
    wrong(network="a", account="ada")
    with pytest.raises(TooMany), guarded(PASSWORD, network="a", account="eve"):
        pytest.fail("judged")


def test_what_could_not_be_judged_is_no_try():
    for _ in range(6):
        with pytest.raises(Unavailable), guarded(PASSWORD, network="a", account="ada"):
            raise Unavailable
    wrong(network="a", account="ada")


def test_doors_count_apart():
    for _ in range(3):
        with pytest.raises(NotAuthenticated), guarded(CODE, network="a"):
            raise NotAuthenticated
    with pytest.raises(TooMany), guarded(CODE, network="a"):
        pytest.fail("judged")
    wrong(network="a", account="ada")


def test_tries_at_once_are_no_more_than_the_limit():
    """All of them are judged at the same moment; counted only afterwards, none would have been refused."""
    at_once, judged = Barrier(2), []

    def attempt(_number):
        try:
            with guarded(PASSWORD, network="a", account="ada"):
                judged.append(1)
                at_once.wait(30)
                refuse()
        except (NotAuthenticated, TooMany) as refusal:
            return type(refusal)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))
    assert (len(judged), sum(issubclass(answer, TooMany) for answer in answers)) == (2, 6)
