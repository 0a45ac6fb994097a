#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webinar.settings")
    from django.core.management import execute_from_command_line

    from core.errors import Busy

    try:
        execute_from_command_line(sys.argv)
    except Busy as busy:  # the product beside us writes for longer than SQLite waits
        sys.exit(str(busy.sentence))


if __name__ == "__main__":
    main()
