#!/bin/sh
# Style, types, layers, templates, migrations, and generated documents that must match their source.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
DATA_DIR=$(mktemp -d)
export DATA_DIR
trap 'rm -rf "$DATA_DIR"' EXIT
$bin/ruff check .
$bin/ruff format --check .
$bin/mypy .
$bin/lint-imports --no-cache
$bin/djlint templates --lint --quiet
$bin/python manage.py check --fail-level WARNING
$bin/python manage.py makemigrations --check --dry-run
$bin/python manage.py write_docs --check
