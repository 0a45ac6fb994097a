"""Secrets never reach a log line."""

import pytest

from webinar.redaction import HIDDEN, redact


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
    ],
)
def test_a_secret_is_cut_out_wherever_it_stands(event):
    line = redact(None, "info", event)
    assert "hunter22222" not in str(line)
    assert HIDDEN in str(line)


def test_ordinary_fields_stay_as_they_are():
    event = {"event": "session went live", "session": "0190", "viewers": 3}
    assert redact(None, "info", dict(event)) == event
