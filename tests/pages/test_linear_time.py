"""The pages' own regular expressions take linear time, in node as in browsers: chat and captions are others' text."""

import json
import re
import subprocess

import pytest

from tests import expressions, growth
from tests.javascript import STATIC, node

#: A literal of an expression, after what cannot end a value (so that it is no division).
_LITERAL = re.compile(
    r"(?:[(,=:?&|!\[{;]|return|^)\s*/(?![/*])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+)/([dgimsuvy]*)", re.MULTILINE
)
_MEASURE = """
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const { source, flags, inputs, tiny, sizes, noise, ratio, row } = JSON.parse(line);
  const pattern = new RegExp(source, flags.includes("g") ? flags : flags + "g");
  const taken = (text) => {
    const began = process.cpuUsage();
    text.replace(pattern, "");
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1e6;
  };
  const steep = ([beginning, pump, end]) => {
    const make = (size) => beginning + pump.repeat(size) + end;
    if (tiny.some((size) => taken(make(size)) > 0.25)) return true;
    let before = 0;
    let count = 0;
    for (const size of sizes) {
      const text = make(size);
      const now = Math.min(taken(text), taken(text), taken(text));
      count = before > 0 && now > noise && now / before > ratio ? count + 1 : 0;
      if (count === row) return true;
      before = now;
    }
    return false;
  };
  console.log(JSON.stringify(inputs.find(steep) ?? null));
}
"""


def written() -> dict[tuple[str, str], str]:
    """Each expression of the pages' scripts, and where it stands."""
    found = {}
    for path in sorted(STATIC.rglob("*.js")):
        for match in _LITERAL.finditer(path.read_text()):
            found[match[1], match[2]] = f"{path.relative_to(STATIC)}: {match[1]}"
    return found


def steep_input(source: str, flags: str) -> list[str] | None:
    """The first input that costs more than linear time."""
    try:
        inputs = expressions.hostile(re.compile(source))
    except re.error:  # something that only JavaScript has
        inputs = [("", letter, "\0") for letter in expressions.ORDINARY]
    asked = {
        "source": source, "flags": flags, "inputs": inputs, "tiny": growth.TINY, "sizes": [256, *growth.SIZES],
        "noise": growth.NOISE, "ratio": growth.RATIO, "row": growth.IN_A_ROW,
    }  # fmt: skip
    run = subprocess.run(
        [node(), "--input-type=module", "-e", _MEASURE],
        input=json.dumps(asked) + "\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return json.loads(run.stdout)


@pytest.mark.parametrize("expression", [pytest.param(key, id=where) for key, where in written().items()])
def test_an_expression_of_a_page_takes_linear_time(expression):
    assert steep_input(*expression) is None


def test_the_expressions_of_pages_are_found():
    assert any("https?:" in source for source, _flags in written())
    assert len(written()) > 8


@pytest.mark.parametrize("source", [r"<v(?:\.[^\s>]*)*\s+([^>]+)>", r"\{\\[^}]*\}"])
def test_the_measure_knows_what_grows_faster_in_pages_too(source):
    assert steep_input(source, "")
