"""The journal as the engine writes it; how it is read: tests/media/captures/test_port.py."""

import json
from contextlib import closing

from media.engines.recorder.journal import Journal


def part(number, media_start=0.0):
    return {"event": "part", "part": number, "started_at": 1000.0 + media_start, "media_start": media_start}


def lines(folder):
    return (folder / "journal.jsonl").read_text().splitlines()


def test_each_line_is_there_at_once(tmp_path):
    with closing(Journal(tmp_path)) as journal:
        journal.add(part(0))
        assert [json.loads(line) for line in lines(tmp_path)] == [part(0)]


def test_another_run_goes_on_and_knows_when_the_capture_began(tmp_path):
    with closing(Journal(tmp_path)) as journal:
        assert journal.began_at is None
        journal.add(part(0))
        journal.add(part(1, media_start=60.0))
    with closing(Journal(tmp_path)) as again:
        assert again.began_at == 1000.0
        again.add(part(2))
    assert [json.loads(line)["part"] for line in lines(tmp_path)] == [0, 1, 2]


def test_a_line_that_a_crash_cut_off_does_not_spoil_the_next(tmp_path):
    (tmp_path / "journal.jsonl").write_text(json.dumps(part(0)) + '\n{"event": "par')
    with closing(Journal(tmp_path)) as journal:
        journal.add(part(1))
        assert journal.began_at == 1000.0
    assert lines(tmp_path) == [json.dumps(part(0)), '{"event": "par', json.dumps(part(1), separators=(",", ":"))]
