"""The product's version stands in one place, and whatever states it says the same."""

import json
import re
import tomllib

from tests.asyncapi import document as asyncapi
from tests.openapi import document as openapi
from tests.own_files import ROOT, own_texts
from webinar import __version__

#: A version of something, written out: `VERSION = "1.2.3"`, `version: 1.2.3`, `"version": "1.2.3"`, `webinar 1.2.3`.
STATED = re.compile(r"""(?i)\b(?:version|webinar)\b["']?\s*[:=/ ]\s*["']?v?(\d+\.\d+\.\d+)\b""")
#: Written from the code by `manage.py write_docs`.
GENERATED = {"docs/openapi.yaml", "docs/asyncapi.yaml"}


def test_the_descriptions_of_the_api_and_the_socket_state_the_products_version():
    assert {openapi()["info"]["version"], asyncapi()["info"]["version"]} == {__version__}


def test_no_other_place_states_it():
    found = {name for name, text in own_texts().items() if __version__ in STATED.findall(text)}
    assert found <= GENERATED
    assert re.findall(r'^__version__ = "(.*)"$', (ROOT / "webinar" / "__init__.py").read_text(), re.MULTILINE) == [
        __version__
    ]


def test_the_projects_files_say_where_it_stands_and_under_which_licence():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "webinar.__version__"}
    package = json.loads((ROOT / "package.json").read_text())
    assert "version" not in package
    assert {project["project"]["license"], package["license"]} == {"Apache-2.0"}
    assert "Apache License" in (ROOT / "LICENSE").read_text()


def test_the_changelog_begins_with_it():
    headings = re.findall(r"^## (\S+?),? ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == __version__
