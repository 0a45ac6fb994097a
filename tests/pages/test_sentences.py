"""ESLint finds what scripts say in one language only (`eslint.config.mjs`)."""

import json
import subprocess

import pytest

from tests.javascript import STATIC
from tools.setup import ROOT, node


def found_in(*lines):
    """Which of ``lines`` ESLint says are not translated."""
    source = "export function draw(element, announce, notices, name, isOn) {\n" + "\n".join(lines) + "\n}\n"
    eslint = [node(), str(ROOT / "node_modules/eslint/bin/eslint.js"), "--format=json", "--stdin"]
    run = subprocess.run(
        [*eslint, f"--stdin-filename={STATIC / 'shared' / 'drawn.js'}"],
        input=source,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        check=False,  # what it finds is a failure to it
    )
    (report,) = json.loads(run.stdout)
    places = {each["line"] for each in report["messages"] if each["ruleId"] == "no-restricted-syntax"}
    return [lines[place - 2] for place in sorted(places)]


SAID = [
    'element.textContent = "Saved";',
    'element.title = isOn ? "Mute" : name;',
    "element.ariaLabel = `Message of ${name}`;",
    'element.append({ placeholder: "Name" });',
    'element.setAttribute("aria-label", "Close");',
    'announce("Saved");',
    'notices.show("saved", "The list was saved.");',
    'notices.show("saved", `%(name)s is ${isOn}.`);',
    'const words = { on: "Links are blocked." };',
]
NOT_SAID = [
    'element.textContent = gettext("Saved");',
    'notices.show("saved", gettext("The list was saved."));',
    'notices.show("saved", gettext("One, " + "two."));',
    'element.textContent = "…";',
    'element.className = "button primary";',
    'element.setAttribute("aria-pressed", "true");',
    "element.textContent = `${name} · ${isOn}`;",
    'element.onclick = () => announce(words.on, new Error("No ticket for this"));',
    'element.querySelector("#Name .label");',
]


@pytest.fixture(scope="module")
def found():
    return found_in(*SAID, *NOT_SAID)


@pytest.mark.parametrize("line", SAID)
def test_what_is_said_without_gettext_is_found(found, line):
    assert line in found


@pytest.mark.parametrize("line", NOT_SAID)
def test_what_is_translated_or_not_said_is_left_alone(found, line):
    assert line not in found
