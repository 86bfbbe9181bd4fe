# make run: everything set up, the pages in seeds/ searchable, the schedule running. make test: the same, and tested.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

PURE := not search and not flows and not processes and not browser

.DEFAULT_GOAL := run
.PHONY: run stop test test-slow test-browser test-faults test-pure check format bench constraints

run: $(READY)
	@$(BIN)/daftar up

stop: $(READY)
	@$(BIN)/daftar down

test: $(READY)
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not browser and not slow"

# The rest of what has to pass: what stops nodes and installations, kills runs, rebuilds archives.
test-slow: $(READY)
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "slow and not browser"

# Every fault against real processes, of which `make test-slow` tries a tenth.
test-faults: $(READY)
	@DAFTAR_FAULTS=all $(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "whole or not browser" tests/faults tests/flows tests/security tests/services tests/tasks

# Needs Chromium, which no package of Python brings.
test-browser: $(READY)
	@$(BIN)/python -m pytest -q -m browser

test-pure: $(READY)
	@$(BIN)/python -m pytest -q -m "$(PURE)"

check: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/test_imports.py

format: $(READY)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# Hours on two cores: `make bench FILES=1000 RUNS=3 MANY=3000` takes a quarter of one.
bench: $(READY)
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.many --files $(or $(MANY),100000)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "daftar needs Python 3.11 (hazm works with no newer one); name one: make run PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing what constraints.txt pins (the first time takes a minute or two)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt setuptools wheel
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $(READY)

# After a change of the dependencies: pins anew, without addresses.
constraints:
	@rm -rf build/constraints && $(PYTHON) -m venv build/constraints
	@build/constraints/bin/python -m pip install -q setuptools wheel
	@build/constraints/bin/python -m pip install -q --no-build-isolation -e '.[dev]'
	@{ echo "# Every package of an installation, pinned; made by \`make constraints\`."; \
		build/constraints/bin/python -m pip freeze --all --exclude-editable | grep -v '^pip==' ; } > constraints.txt
	@rm -rf build/constraints

# Needs docker-compose, which no package of Python brings; no engine.
.PHONY: test-compose
test-compose: $(READY)
	@DAFTAR_COMPOSE=1 $(BIN)/python -m pytest -q tests/test_compose.py tests/test_compose_config.py
