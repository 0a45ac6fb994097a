"""The bench of processing runs every step that a recording goes through."""

from bench.media.processing import run, table


def test_every_step_is_measured():
    found = run(0.1)
    assert list(found["steps"]) == ["probe", "join", "check", "pictures", "checksum"]
    assert 5.5 < found["duration"] < 6.5
    assert all(row["cpu"] > 0 and row["memory"] > 0 for row in found["steps"].values())
    assert "| join |" in table(found)
