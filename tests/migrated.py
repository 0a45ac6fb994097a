"""A database of this version's shape without a row, made once: starting from it saves every product its migrations."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent


def copy_migrated(target: Path) -> None:
    """Put a migrated SQLite database at ``target``."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_template(), target)


@cache
def _template() -> Path:
    """Shared by all workers; its name follows from the migrations and the packages that bring some."""
    sources = [ROOT / "requirements.txt", *sorted(ROOT.glob("*/migrations/*.py"))]
    name = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:20]
    folder = Path(tempfile.gettempdir()) / "webinar-tests-migrated"
    folder.mkdir(exist_ok=True)
    made = folder / f"{name}.sqlite3"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            with tempfile.TemporaryDirectory() as data:
                environment = {**os.environ, "DATA_DIR": data, "DATABASE_URL": ""}
                subprocess.run(
                    [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True
                )
                shutil.move(Path(data) / "webinar.sqlite3", made)
    return made
