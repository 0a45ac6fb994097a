"""Secrets never reach a log line, and no line is longer, wider or deeper than a bound."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from webinar.redaction import CUT, DEEPEST, HIDDEN, LONGEST_NAME, LONGEST_TRACE, LONGEST_VALUE, MOST_FIELDS, redact


@pytest.mark.parametrize(
    "event",
    [
        {"password": "hunter22222"},
        {"stream_key": "hunter22222"},
        {"Authorization": "Bearer hunter22222"},
        {"event": "GET /x?access_token=hunter22222&a=1"},
        {"event": "sent Bearer hunter22222"},
        {"event": "refresh rt_hunter22222hunter22222 was re-used"},
        {"event": "path", "query": {"ticket": "hunter22222"}},
        {"event": "list", "items": ["key=hunter22222"]},
        {"event": "jwt eyJhunter22222.eyJzdWIi.c2ln"},
        {"event": "jwt eyJhbGciOiJIUzI1NiJ9.hunter22222"},
        {"event": "x-eyJhbGciOiJIUzI1NiJ9.hunter22222.c2ln"},
        {"event": "bytes", "head": b"Bearer hunter22222"},
        {"event": "failed", "error": ValueError("token=hunter22222")},
        {"event": "failed", "exception": "Traceback\n" * 5000 + "ValueError: token=hunter22222"},
        {"event": "key", "token=hunter22222": 1},
    ],
)
def test_a_secret_is_cut_out_wherever_it_stands(event):
    line = redact(None, "info", event)
    assert "hunter22222" not in str(line)
    assert HIDDEN in str(line)


def test_ordinary_fields_stay_as_they_are():
    event = {"event": "session went live", "session": "0190", "viewers": 3}
    assert redact(None, "info", dict(event)) == event


def test_ordinary_values_keep_their_kind():
    event = {
        "event": "kinds", "at": datetime(2026, 1, 2, tzinfo=UTC), "id": UUID(int=7), "is_live": True, "share": 0.5,
        "nothing": None, "sids": ["a", "b"], "size": {"width": 1280},
    }  # fmt: skip
    assert redact(None, "info", dict(event)) == event


def test_a_long_value_is_cut_before_it_is_read():
    line = redact(None, "info", {"event": "x" * 10**6, "n" * 10**6: "y"})
    assert line["event"] == "x" * LONGEST_VALUE + CUT
    assert max(map(len, line)) <= LONGEST_NAME + len(CUT)


def test_of_a_long_traceback_the_beginning_and_the_error_are_kept():
    text = "Traceback (most recent call last):\n" + "  File …\n" * 10**5 + "ValueError: broken"
    kept = redact(None, "error", {"exception": text})["exception"]
    assert len(kept) <= LONGEST_TRACE + 2 * len(CUT)
    assert kept.startswith("Traceback")
    assert kept.endswith("\nValueError: broken")


def test_a_secret_that_the_cut_divides_is_not_known_by_its_end():
    secret = "rt_" + "s3cret" * 10_000
    kept = redact(None, "error", {"exception": f"{'x' * 12_000} {secret} {'y' * 3_000}\nEnd"})["exception"]
    assert "s3cret" not in kept
    assert "s3cret" not in redact(None, "info", {"event": "x" * (LONGEST_VALUE - 20) + f" {secret}"})["event"]


def test_deep_and_wide_values_are_bounded():
    deep = {"bottom": "here"}
    for _level in range(900):
        deep = {"further": [deep]}
    line = redact(
        None, "info", {"event": "odd", "deep": deep, "wide": list(range(10**5)), "map": dict.fromkeys(range(10**5))}
    )
    assert "here" not in str(line)
    assert str(line["deep"]).count("further") <= DEEPEST
    assert line["wide"] == [*range(MOST_FIELDS), CUT]
    assert len(line["map"]) == MOST_FIELDS + 1
    assert len(json.dumps(line)) < 10_000


def test_a_huge_number_is_not_written_out():
    assert redact(None, "info", {"event": "number", "count": 10**100_000})["count"] == CUT
