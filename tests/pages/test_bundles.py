"""Pages load bundles of what their templates name; where there are none, the modules and sheets themselves."""

import re
import shutil

import pytest
from django.contrib.staticfiles.storage import FileSystemStorage
from django.template import Context, Template

from pages.bundles import CannotBundle, bundle, module_of, named_in_templates, styles_of
from tests.javascript import STATIC
from webinar.staticfiles import HashedStorage

PAGE = '{% load scripts %}{% styles "stage  tiles" %}{% module "watch/watch.js" %}'
_AT_ONCE = re.compile(r"""(?:\bfrom|\bimport)\s*["'](\.[^"']+)["']""")
_IMPORT = re.compile(r"""(?:\bfrom|\bimport|\bimport\()\s*["'](\.[^"']+)["']""")


def files_in(root):
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Our own static files, collected as set-up does it."""
    root = tmp_path_factory.mktemp("collected")
    shutil.copytree(STATIC.parent, root, dirs_exist_ok=True)
    sources, storage = FileSystemStorage(location=str(root)), HashedStorage(location=str(root))
    done = [fault for *_names, fault in storage.post_process({name: (sources, name) for name in files_in(root)})]
    assert [fault for fault in done if isinstance(fault, Exception)] == []
    return root


@pytest.fixture
def with_bundles(collected, settings):
    settings.STATIC_ROOT = str(collected)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "webinar.staticfiles.HashedStorage"}}


def links(page):
    return re.findall(r'(?:href|src)="/static/([^"]+)"', page)


def rendered():
    # Only what a template names is bundled: the sheets of the page of watching.
    names = next(names for names in named_in_templates()[1] if names.startswith("stage tiles"))
    return Template(PAGE.replace("stage  tiles", names)).render(Context())


def test_without_bundles_a_page_loads_modules_and_sheets_as_they_stand():
    assert links(Template(PAGE).render(Context())) == ["css/stage.css", "css/tiles.css", "js/watch/watch.js"]


def test_while_developing_nothing_is_bundled(with_bundles, settings):
    settings.DEBUG = True
    assert module_of("watch/watch.js") == ("js/watch/watch.js", [])
    assert styles_of("stage tiles") == ["css/stage.css", "css/tiles.css"]


def test_a_page_loads_few_files_under_hashed_names_and_is_told_of_all_imports(with_bundles, collected):
    found = links(rendered())
    sheet, *modules = found
    assert re.fullmatch(r"bundles/css/sheets-\w+\.[0-9a-f]{12}\.css", sheet)
    assert len(modules) < 20
    assert re.fullmatch(r"bundles/js/watch/watch\.[0-9a-f]{12}\.js", modules[-1])
    for name in found:
        assert re.search(r"\.[0-9a-f]{12}\.(css|js)$", name)
        assert {f"{name}.br", f"{name}.gz"} & files_in(collected) or (collected / name).stat().st_size < 1500
    # What is imported by what was named is named too.
    for name in modules:
        folder = (collected / name).parent
        imported = _AT_ONCE.findall((collected / name).read_text())
        assert {str((folder / each).resolve().relative_to(collected)) for each in imported} <= set(modules)


def test_every_import_of_a_bundle_has_a_hashed_name_that_is_there(collected):
    looked_at = 0
    for path in (collected / "bundles" / "js").rglob("*.js"):
        if not re.search(r"\.[0-9a-f]{12}\.js$", path.name):
            continue
        for name in _IMPORT.findall(path.read_text()):
            looked_at += 1
            assert re.search(r"\.[0-9a-f]{12}\.js$", name), (path, name)
            assert (path.parent / name).is_file(), (path, name)
    assert looked_at > 50


def test_modules_that_nobody_loads_are_not_served(collected):
    assert not any(name.startswith("js/") for name in files_in(collected))
    assert "css/tokens.css" in files_in(collected)  # bare.html


def test_what_no_template_names_is_not_bundled(with_bundles):
    with pytest.raises(KeyError):
        module_of("chat/history.js")
    with pytest.raises(KeyError):
        styles_of("stage hls")


def test_a_module_that_cannot_be_bundled_is_an_error_that_says_where(tmp_path):
    shutil.copytree(STATIC.parent, tmp_path, dirs_exist_ok=True)
    (tmp_path / "js" / "watch" / "lobby.js").write_text("export const = 1;")
    with pytest.raises(CannotBundle, match="js/watch/lobby"):
        bundle(tmp_path)


def test_without_esbuild_it_says_what_to_do(tmp_path, settings):
    settings.ESBUILD = tmp_path
    shutil.copytree(STATIC.parent / "css", tmp_path / "css")
    with pytest.raises(CannotBundle, match="make setup"):
        bundle(tmp_path)
