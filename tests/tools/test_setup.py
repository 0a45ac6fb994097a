"""tools/setup.py: what it takes from the machine, and what it brings."""

import pytest

from tools import setup


@pytest.mark.parametrize(
    ("version", "product", "linters"),
    [
        ("v24.1.0\n", True, True),
        ("v25.0.0\n", True, True),
        ("v23.11.0\n", True, False),
        ("v22.20.0\n", True, True),
        ("v22.12.0\n", True, False),
        ("v20.20.2\n", True, True),
        ("v20.18.3\n", True, False),
        ("v18.0.0\n", True, False),
        ("v16.20.2\n", False, False),
        ("", False, False),
    ],
)
def test_node_is_taken_from_the_machine_where_it_is_new_enough_for_what_is_asked(version, product, linters):
    assert setup.suits(version, tests=False) is product
    assert setup.suits(version, tests=True) is linters


def test_the_node_that_is_brought_runs_the_linters():
    brought = setup.NODE_PACKAGE.partition("==")[2]
    assert setup.suits(f"v{brought}", tests=True)
