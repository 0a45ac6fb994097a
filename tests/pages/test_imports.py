"""The tree of static/js: whatever a page or a module names is there, once, and nothing lies about unused."""

import os
import re
from collections import Counter, defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

from tests.javascript import STATIC

TEMPLATES = STATIC.parents[1] / "templates"
_IMPORT = re.compile(
    r"""^(?:import\s(?:[^;"']*\sfrom\s)?|export\s[^;"'=(]*\sfrom\s)["']([^"'\n]+)["']|\bimport\(\s*["']([^"'\n]+)["']""",
    re.MULTILINE,
)
_SCRIPT = re.compile(r"""{% module ['"]([^'"]+)['"] %}|static ['"]js/""")


def modules():
    return {str(path.relative_to(STATIC)): path.read_text() for path in sorted(STATIC.rglob("*.js"))}


def imports():
    """(module, what it imports), both by their places in static/js."""
    return {
        (module, os.path.relpath((STATIC / module).parent / (written or called), STATIC))
        for module, source in modules().items()
        for written, called in _IMPORT.findall(source)
    }


def scripts():
    """(template, the module that it loads)."""
    return {
        (str(path.relative_to(TEMPLATES)), name)
        for path in TEMPLATES.rglob("*.html")
        for name in _SCRIPT.findall(path.read_text())
    }


def test_every_import_and_every_script_of_a_page_leads_to_a_module():
    wanted = imports() | scripts()
    assert len(wanted) > 100
    assert [(user, name) for user, name in sorted(wanted) if name not in modules()] == []


def test_modules_do_not_import_each_other_in_a_circle():
    """Hashed names could not be given to them; an import in a comment counts."""
    graph = defaultdict(set)
    for module, name in imports():
        graph[module].add(name)
    TopologicalSorter(graph).prepare()


def test_a_page_with_scripts_loads_their_sentences_before_them():
    """What base.html loads is on every page, before the catalogue and without one: it says nothing by itself."""
    for name in {template for template, _module in scripts()} - {"base.html"}:
        source = (TEMPLATES / name).read_text()
        first = min(place for word in ("<script", "{% module ") if (place := source.find(word)) >= 0)
        assert -1 < source.find("{% script_catalog %}") < first, name
    reached, wanted = set(), {module for template, module in scripts() if template == "base.html"}
    while wanted:
        reached |= wanted
        wanted = {imported for module, imported in imports() if module in wanted} - reached
    assert "shared/elements.js" in reached
    assert "shared/gettext.js" not in reached


def test_every_module_is_used():
    used = {name for _user, name in imports() | scripts()}
    assert set(modules()) - used == set()


def test_no_two_modules_have_one_name():
    names = Counter(Path(module).name for module in modules())
    assert [name for name, count in names.items() if count > 1] == []


def test_every_module_is_in_the_folder_of_its_subject():
    assert [module for module in modules() if module.count("/") != 1] == []
