# One door to everything a developer does here. Needs python3 (3.11 or newer, with venv) and make.
# The first run fetches packages; after that it works off line, and the set-up is skipped.

PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.8
# One more than the two cores of a small machine: browsers and brokers are waited for half of the time.
JOBS ?= 3
PYTEST := $(BIN)/python -m pytest $(if $(filter-out 0 1,$(JOBS)),-n $(JOBS))
# Settings for programs that only read the code: no service is reached, nothing of it is secret.
READING := DEBUG=1 SECRET_KEY= DATABASE_URL= REDIS_URL= MQTT_URL=

# Dozens of processes start here: each would compile everything again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-all soak check bench clean requirements
.DEFAULT_GOAL := help

help:  ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 15

demo: .venv/embedded.stamp  ## The whole product on this machine with demo data (PORT=8000, VAR=var)
	@exec $(BIN)/python -m smartplus.run demo

test: .venv/dev.stamp check  ## Checks, and the tests that need nothing but Python (ARGS="-k pin -x", JOBS=3)
	@$(PYTEST) $(ARGS)

test-all: .venv/dev.stamp  ## All of them: also a real browser and Mosquitto (Debian: chromium-headless-shell, mosquitto)
	@.ci/need chromium-headless-shell/chromium mosquitto
	@$(PYTEST) -o norecursedirs="soak bench .* var" $(ARGS)

soak: .venv/dev.stamp  ## Long proofs: faults, many events, many rows, many devices
	@$(PYTEST) tests/soak $(ARGS)

bench: .venv/dev.stamp  ## Figures against bare programs; writes var/bench.json (ONLY=push)
	@.ci/need mosquitto
	@$(BIN)/python -m tests.bench $(ONLY)

check: .venv/dev.stamp  ## Style, types, the ladder of apps, templates, migrations, pinned requirements
	@$(BIN)/python -m tests.requirements
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --check .; exit 1; }
	@$(BIN)/lint-imports > .venv/ladder.txt || { cat .venv/ladder.txt; exit 1; }
	@$(READING) $(BIN)/python manage.py check --fail-level WARNING
	@$(READING) $(BIN)/python -W ignore manage.py makemigrations --check --dry-run --skip-checks
	@$(BIN)/djlint --lint --quiet templates
	@$(READING) $(BIN)/mypy --no-error-summary
	@echo "check: all good"

clean:  ## Remove the packages and ALL data of the demo
	rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

requirements: .venv/dev.stamp  ## Pin again what pyproject.toml asks for
	$(BIN)/uv --version
	$(call compile,requirements.txt,)
	$(call compile,requirements-embedded.txt,-c requirements.txt --extra embedded)
	$(call compile,requirements-dev.txt,-c requirements-embedded.txt --extra embedded --extra dev)

compile = $(BIN)/uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes --no-header -o $(1) $(2)

# uv installs in seconds what takes pip half a minute; pip stands in where uv does not run.
.venv/%.stamp: requirements-%.txt .venv/bin/python
	@echo "Installing $< ..."
	@if $(BIN)/uv --version > /dev/null 2>&1; then \
	  VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --require-hashes -r $<; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<; fi
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12 ..."; exit 1; }
	@rm -rf .venv && $(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "python3 has no venv: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) 2> /dev/null || \
	  echo "No uv here: going on with pip, which takes longer."
