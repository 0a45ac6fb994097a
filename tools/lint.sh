#!/bin/sh
# Style, types, layers, templates, scripts, style sheets, migrations, and generated documents that must match their source.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
DATA_DIR=$(mktemp -d)
export DATA_DIR
trap 'rm -rf "$DATA_DIR"' EXIT
PATH="$PWD/.tools/node-venv/bin:$PATH" # Node as set-up brought it, where PATH has none that is new enough
if ! [ -x node_modules/.bin/eslint ] || ! [ -x node_modules/.bin/tsc ] || ! [ -x node_modules/.bin/stylelint ] || ! node --version >/dev/null; then
  echo "Node, ESLint, TypeScript or Stylelint is missing: run make setup-test." >&2
  exit 1
fi
$bin/ruff check .
$bin/ruff format --check .
$bin/mypy .
$bin/lint-imports --no-cache
$bin/python -m tools.structure
$bin/djlint templates --lint --quiet
node_modules/.bin/eslint .
node_modules/.bin/tsc --project .
node_modules/.bin/stylelint "static/css/*.css"
$bin/python manage.py check --fail-level WARNING
$bin/python manage.py makemigrations --check --dry-run
$bin/python manage.py write_docs --check
