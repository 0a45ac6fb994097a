# `make run` is all that a new machine needs; `make help` lists the rest. The work is in tools/.
.DEFAULT_GOAL := help
SHELL := /bin/sh
export PYTHON

.PHONY: help run setup setup-test test bench bench-full lint audit lock messages screenshots clean

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 16

run: setup  ## Start the product, after setting it up at the first time (PORT=8000 DATA_DIR=.data …)
	@exec .venv/bin/python manage.py serve

setup:  ## Prepare everything that the product needs; quick when nothing has changed
	@python=$$(sh tools/find_python.sh) && "$$python" tools/setup.py

setup-test:  ## The same, and what tests and linters need
	@python=$$(sh tools/find_python.sh) && "$$python" tools/setup.py --tests

test: setup-test  ## Lint, types, layers, tests on SQLite and PostgreSQL, browser tests
	@sh tools/install_test_services.sh
	@sh tools/test.sh

bench: setup-test  ## What requests, fan-out and a crowd of 1,000 cost, beside others; at most 15 minutes, on an idle machine
	@.venv/bin/python -m bench

bench-full: setup-test  ## The same and large rooms, PostgreSQL with Redis, long lists, media; takes an hour or more
	@sh tools/install_test_services.sh
	@.venv/bin/python -m bench --full

lint: setup-test  ## Lint, types, layers only
	@sh tools/lint.sh

audit: setup  ## Ask whether what is pinned has published advisories
	@.venv/bin/python -m tools.audit

lock:  ## Compile requirements.txt and requirements-dev.txt, and package-lock.json, from what they name
	@sh tools/lock.sh

messages: setup-test  ## Bring the catalogues in locale/ up to the sources, and compile them (LANGUAGES="de pt-br" adds some)
	@.venv/bin/python -m tools.messages $(LANGUAGES)

screenshots: setup-test  ## Take the screenshots of the README from the running product
	@.venv/bin/python tools/screenshots.py

clean:  ## Remove what setup made; .data, with everything that people made, stays
	rm -rf .venv .tools .vendor .static node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
