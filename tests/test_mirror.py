"""Each module of the product has its test file, or docs/tests.md says which one covers it."""

from tests.mirror import TABLE, faults, mirrors, modules
from tests.own_files import own_texts


def test_each_module_has_its_test_file_or_a_row_of_the_table():
    texts = own_texts()
    assert list(faults(texts, texts[TABLE])) == []


def test_the_browser_part_collects_every_file_that_has_browser_tests():
    marked = {name for name, text in own_texts().items() if name.startswith("tests/") and "mark.browser" in text}
    elsewhere = {name for name in marked if not name.startswith("tests/browser/")} - {"tests/test_mirror.py"}
    assert elsewhere == {"tests/sockets/test_page.py"}
    assert "-m browser tests/browser tests/sockets/test_page.py" in own_texts()["tools/test.sh"]


def test_what_only_declares_needs_none():
    needs_none = ("manage.py", "chat/apps.py", "chat/__init__.py", "chat/migrations/0001.py", "webinar/settings/api.py")
    assert list(modules([*needs_none, "tests/chat/walk.py", "docs/tests.md", "chat/models.py"])) == ["chat/models.py"]


def test_a_mirror_may_leave_out_folders_or_have_them_in_its_name():
    assert mirrors("chat/services/sending.py") == {
        "tests/chat/services/test_sending.py",
        "tests/chat/test_services_sending.py",
        "tests/chat/test_sending.py",
    }


def test_every_fault_is_named():
    paths = ["chat/models.py", "chat/state.py", "chat/shapes.py", "tests/chat/test_state.py", "tests/chat/test_all.py"]
    table = """
| module | test file |
|---|---|
| `chat/models.py` | `tests/chat/test_gone.py` |
| `chat/*els.py` | `tests/chat/test_all.py` |
| `chat/state.py` | `tests/chat/test_all.py` |
"""
    found = list(faults(paths, table))
    assert [sentence.split(":")[0] for sentence in found] == [
        "docs/tests.md names tests/chat/test_gone.py, which is no test file.",
        "docs/tests.md has two rows for chat/models.py",
        "docs/tests.md has a row for chat/state.py, which needs none",
        "Nothing covers chat/shapes.py",
    ]
