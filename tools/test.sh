#!/bin/sh
# Everything that is checked, cheapest first; `make test` prepares the environment and calls this.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python

# Two workers; the tests of one file stay together and share what they start.
both_cores="-q -n 2 --dist loadfile --no-loadscope-reorder"

step() { printf '\n==> %s\n' "$*"; }

step "Lint, types, layers"
sh tools/lint.sh

step "Tests on SQLite, with the real LiveKit and the real product"
$python -m pytest $both_cores --ignore tests/browser -m "not browser"

step "Tests on PostgreSQL"
$python tools/postgres.py $python -m pytest $both_cores --database-only --ignore tests/browser -m "not browser and not product"

step "Browser tests: Chromium against the real product"
# Each worker has one product and one Chromium for all of its tests: whoever is done takes over some of the other's.
# Only the files that have some are collected; tests/test_mirror.py knows of no others.
$python -m pytest -q -n 2 --dist worksteal -m browser tests/browser tests/sockets/test_page.py
