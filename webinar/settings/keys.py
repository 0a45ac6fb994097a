"""Secrets that the product generates once and keeps in DATA_DIR/keys (mode 0600)."""

import contextlib
import os
import secrets
from pathlib import Path


def kept_secret(folder: Path, name: str, size: int = 48) -> str:
    """The secret called ``name``, generated at first use. Safe if two processes start at once."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(size))
        with contextlib.suppress(FileExistsError):  # another process was first: its secret counts
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
