"""Secrets that the product makes for itself once and keeps in DATA_DIR/keys (mode 0600)."""

import os
import secrets
from pathlib import Path


def kept_secret(folder: Path, name: str, size: int = 48) -> str:
    """The secret called ``name``, generated at first use. Safe when two processes start at once."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{os.getpid()}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(size))
        try:
            os.link(draft, path)  # fails where another process was first, whose secret then counts
        except FileExistsError:
            pass
        draft.unlink()
    return path.read_text().strip()
