# Each target works alone from a bare clone: Python 3.11, 3.12 or 3.13, pip and make are all it needs.
PYTHON ?= python3
BIN := .venv/bin
PY := $(BIN)/python
NBVAL := TQDM_DISABLE=1 TLCOURSE_PROGRESS=off $(PY) -m pytest -o addopts= --nbval-lax --nbval-current-env \
  --nbval-cell-timeout=240 --nbval-kernel-startup-timeout=120
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup course lab test notebooks book slides lock clean

help:
	@echo "make course     run every lesson headlessly and print the course's results"
	@echo "make lab        open the course in JupyterLab (make lab ARGS=--no-browser)"
	@echo "make test       lint, import rules, unit tests, and every notebook"
	@echo "make notebooks  rebuild the notebooks from notebooks/src, and the README's results"
	@echo "make book       build the web site of the executed lessons, the package and the glossary into build/book"
	@echo "make slides     build a deck of slides for each lesson into build/slides (make slides ARGS=--code)"
	@echo "make lock       solve the dependencies again into requirements/lock.txt"
	@echo "make clean      remove the environment and what was built (fetched assets stay)"
	@echo "PYTHON=/path/to/python3.12 chooses the interpreter; it is now: $(PYTHON)"

course: setup
	@$(BIN)/tlcourse run $(ARGS)

lab: setup
	@$(BIN)/tlcourse lab $(ARGS)

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(PY) tools/build_notebooks.py --check
	$(PY) tools/lint_notebooks.py
	$(PY) tools/readme_results.py --check
	$(BIN)/tlcourse fetch --all
	$(PY) -m pytest
	$(NBVAL) notebooks --ignore notebooks/solutions --ignore-glob '*/mine-*'
	TLCOURSE_STRICT=1 $(NBVAL) notebooks/solutions

notebooks: setup
	$(PY) tools/build_notebooks.py
	$(BIN)/tlcourse run
	$(PY) tools/readme_results.py

book: setup
	@echo "book: reading the lessons and the package; about a minute …"
	@$(PY) -m sphinx -q -n -W --keep-going docs build/book
	@echo "book: open $(CURDIR)/build/book/index.html"

slides: setup
	@$(PY) tools/build_slides.py $(ARGS)

# The stamps are written last, so that an interrupted installation is done again, from an empty environment.
setup: .venv/package-installed
	@echo "environment: up to date (.venv, $$($(PY) -V))"

.venv/lock-installed: requirements/lock.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo \
	  "The course needs Python 3.11, 3.12 or 3.13; '$(PYTHON)' is not one: make PYTHON=/path/to/python3.12 …" >&2; exit 1; }
	@echo "environment: installing the locked packages into .venv; about 600 MB to download, a few minutes …"
	@$(PYTHON) -m venv --clear .venv
	@$(PY) -m pip install -qq --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
	  -r requirements/lock.txt
	@touch $@

.venv/package-installed: .venv/lock-installed pyproject.toml
	@echo "environment: installing the course's own package …"
	@$(PY) -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

build/uv/bin/uv:
	@$(PYTHON) -m venv build/uv
	@build/uv/bin/pip install -qq uv

lock: build/uv/bin/uv
	build/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --extra cpu --extra hub --extra dev --extra book pyproject.toml \
	  -o requirements/lock.txt

clean:
	rm -rf .venv build dist docs/api docs/notebooks .pytest_cache .ruff_cache .hypothesis .import_linter_cache
