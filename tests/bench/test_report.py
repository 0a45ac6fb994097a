"""docs/performance.md tells what the benches printed, and nothing else in its generated blocks."""

import json
import sys

import pytest

from bench import report
from bench.__main__ import run
from bench.parts import PARTS, Part, chosen


def test_the_document_tells_what_was_printed():
    text = report.DOCUMENT.read_text()
    assert report.rendered(text) == text, "Run .venv/bin/python -m bench.report"


def test_a_block_is_replaced_and_the_rest_stays(tmp_path, monkeypatch):
    kept = {
        "command": "c",
        "date": "d",
        "commit": "e",
        "machine": "m",
        "load": 0.1,
        "versions": "v",
        "output": "| 7 |\n",
    }
    (tmp_path / "one.json").write_text(json.dumps(kept))
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    text = "By hand.\n<!-- bench: one -->\nold\n<!-- end of bench -->\nMore by hand.\n"
    found = report.rendered(text)
    assert found.startswith("By hand.\n<!-- bench: one -->\n`c`, d, commit e")
    assert found.endswith("| 7 |\n<!-- end of bench -->\nMore by hand.\n")
    assert "old" not in found


def test_every_kept_result_is_told():
    told = set(report._BLOCK.findall(report.DOCUMENT.read_text()))
    assert {path.stem for path in report.RESULTS.glob("*.json")} <= told
    assert {name.removesuffix("-before") for name in told} <= {part.name for part in PARTS}


def test_parts_are_chosen_by_name_and_bench_fits_into_fifteen_minutes():
    assert [part.name for part in chosen(["storm"], full=False)] == ["storm"]
    assert sum(part.minutes for part in chosen([], full=False)) <= 15
    assert len(chosen([], full=True)) == len(PARTS)
    with pytest.raises(SystemExit, match="nothing-like-it"):
        chosen(["nothing-like-it"], full=False)


def test_what_a_part_prints_is_kept_unless_it_fails_or_takes_too_long():
    def part(code, minutes=1.0):
        return Part("tried", (sys.executable, "-c", code), minutes)

    assert run(part("print(7)")) == ("7\n", None)
    assert run(part("raise SystemExit(3)"))[1] == "ended with 3"
    assert run(part("import threading; threading.Event().wait()", 0.001)) == ("", "not done after 0.001 minutes")
