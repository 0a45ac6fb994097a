"""What lint says about the structure of files."""

from tools import structure


def test_a_circle_is_named_once_and_what_leads_into_it_is_not():
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": set()}
    assert [sorted(set(circle)) for circle in structure.circles(graph)] == [["a", "b", "c"]]


def test_two_circles_through_one_file_are_both_named():
    graph = {"a": {"b", "c"}, "b": {"a"}, "c": {"a"}}
    found = sorted(sorted(set(circle)) for circle in structure.circles(graph))
    assert found == [["a", "b"], ["a", "c"]]


def test_without_a_circle_nothing_is_said():
    assert list(structure.circles({"a": {"b"}, "b": {"c"}, "c": set()})) == []


def test_imports_inside_functions_and_of_modules_of_a_package_count(tmp_path, monkeypatch):
    monkeypatch.setattr(structure, "ROOT", tmp_path)
    (tmp_path / "app").mkdir()
    source = "from app import b, NAME\ndef later():\n    from .c import thing\n    import other.x\n"
    (tmp_path / "app" / "a.py").write_text(source)
    known = {"app", "app.a", "app.b", "app.c", "other.x"}
    assert structure.imports("app/a.py", known) == {"app", "app.b", "app.c", "other.x"}
