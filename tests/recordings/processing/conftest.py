"""A disk that is full."""

import os
import subprocess

import pytest


@pytest.fixture
def full_disk(files, settings):
    """Recordings are put together on a disk of their own with 16 KiB."""
    if os.geteuid() != 0:
        _leave_out("Only root can mount a small disk.")
    settings.PROCESSING_DIR.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(settings.PROCESSING_DIR)], check=False
    )
    if mounted.returncode:
        _leave_out("This machine lets nobody mount a small disk.")
    yield settings.PROCESSING_DIR
    subprocess.run(["umount", str(settings.PROCESSING_DIR)], check=True)


def _leave_out(why):
    """What cannot be tried here is skipped, but never in CI."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)
