#!/bin/sh
# Pins every package, with hashes, for every Python that the product supports.
set -eu
cd "$(dirname "$0")/.."
python=$(sh tools/find_python.sh)
[ -x .tools/lock-venv/bin/uv ] || { "$python" -m venv .tools/lock-venv && .tools/lock-venv/bin/pip install --quiet uv; }
for name in requirements requirements-dev; do
  .tools/lock-venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
    --no-header --no-annotate --no-emit-index-url "$name.in" --output-file "$name.txt"
done
npm install --package-lock-only --ignore-scripts
