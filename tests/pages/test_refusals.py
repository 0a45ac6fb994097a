"""static/js/shared/page.js: refusals in words."""

import pytest

from tests.javascript import Function


@pytest.fixture(scope="module")
def in_words():
    function = Function("shared/page.js", "refusalInWords")
    yield function
    function.close()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"message": "Too fast.", "retryAfter": 12}, "Too fast. You can try again in 12 seconds."),
        ({"message": "Too fast.", "retryAfter": 1}, "Too fast."),  # over before it is read
        ({"message": "No.", "retryAfter": None}, "No."),
        ({"message": "", "retryAfter": 5}, ""),
    ],
)
def test_a_limit_says_how_long_to_wait(in_words, error, said):
    assert in_words(error) == said
