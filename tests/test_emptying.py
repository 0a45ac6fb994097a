"""What a test with transactions of its own leaves is taken out of the database again."""

import pytest
from django.db import connection

from tests.emptying import STAY, empty_tables, tables_with_rows
from tests.one_of_each import one_of_each


@pytest.mark.django_db(transaction=True)
def test_nothing_stays_but_what_is_the_same_in_every_test(tenant, live_session, guest):
    one_of_each(tenant, live_session, guest)
    with connection.cursor() as cursor:
        assert len(tables_with_rows(cursor)) > 30
    empty_tables()
    with connection.cursor() as cursor:
        assert tables_with_rows(cursor) == sorted(STAY)
