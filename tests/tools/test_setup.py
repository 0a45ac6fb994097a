"""tools/setup.py: what it takes from the machine, and what it brings."""

from pathlib import Path

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


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A small tree; where the product's collectstatic would run, the folder is made and the run noted in ``runs``."""
    runs: list[list[str]] = []
    for name in (
        "package-lock.json",
        "pages/bundles.py",
        "requirements.txt",
        "webinar/staticfiles.py",
        "static/js/a.js",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "templates").mkdir()

    def run(command, otherwise):
        runs.append(command)
        (tmp_path / ".static").mkdir()

    monkeypatch.setattr(setup, "run", run)
    for name, place in {"ROOT": "", "STATIC": ".static", "VENDOR": ".vendor", "TOOLS": ".tools"}.items():
        monkeypatch.setattr(setup, name, tmp_path / place)
    return tmp_path, runs


@pytest.mark.parametrize("changed", ["static/js/a.js", "static/js/new.js", "templates/page.html", "package-lock.json"])
def test_static_files_are_collected_again_when_a_source_has_changed_and_only_then(tree, changed):
    root, runs = tree
    assert [setup.bring_static_up_to_date(), setup.bring_static_up_to_date()] == [True, False]
    Path(root / changed).write_text("another")
    assert [setup.bring_static_up_to_date(), setup.bring_static_up_to_date()] == [True, False]
    assert len(runs) == 2


def test_a_change_whose_collecting_fails_is_collected_by_the_next(tree, monkeypatch):
    root, _runs = tree
    setup.bring_static_up_to_date()
    works = setup.run

    def fails(command, otherwise):
        raise setup.Failed("no space left")

    (root / "static/js/a.js").write_text("another")
    monkeypatch.setattr(setup, "run", fails)
    with pytest.raises(setup.Failed):
        setup.bring_static_up_to_date()
    monkeypatch.setattr(setup, "run", works)
    assert setup.bring_static_up_to_date() is True
