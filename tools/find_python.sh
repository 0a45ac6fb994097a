#!/bin/sh
# Prints the Python to build .venv with: PYTHON if set, else the first on PATH that is new enough and complete.
set -eu
suits='import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'
for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python3.14 python}; do
  if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c "$suits" >/dev/null 2>&1; then
    command -v "$candidate"
    exit 0
  fi
done
if [ -n "${PYTHON:-}" ]; then
  echo "PYTHON=$PYTHON is missing, older than 3.11, or without its modules venv and ensurepip." >&2
else
  echo "This needs Python 3.11 or newer with the modules venv and ensurepip." >&2
fi
echo "Install it (Debian and Ubuntu: apt install python3 python3-venv), or name one: make run PYTHON=/path/to/python3" >&2
exit 1
