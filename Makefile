# Set-up and checks; `make` alone lists them.
#
#   make quickstart PYTHON=python3.12   another Python for .venv
#   make test ARGS="tests/db -k plan"   a part of the tests, without the coverage floor

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
LOG := $(VENV)/install.log

.DEFAULT_GOAL := help
.PHONY: help quickstart test lint bench soak docs clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s%s\n", $$1, $$2 }' Makefile

quickstart: $(VENV)/installed ## install toolbox into .venv and set up a database with a classroom
	@$(BIN)/toolbox quickstart
	@echo; echo "First, to have toolbox on the path:  . $(BIN)/activate"

test: $(VENV)/installed-dev ## run the tests and hold the coverage floor
	@rm -f .coverage .coverage.*
	@$(BIN)/python -m coverage run -m pytest -n auto --maxprocesses 8 --dist worksteal $(ARGS)
	@$(if $(ARGS),,$(BIN)/python -m tests.coverage_floor)

lint: $(VENV)/installed-dev ## check style, types and who imports whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/installed-dev ## measure against other ways to do the same
	@$(BIN)/python -m tests.benchmarks $(ARGS)

soak: $(VENV)/installed-dev ## run the long fault tests at full size
	@$(BIN)/python -m pytest -m soak $(ARGS)

docs: $(VENV)/installed-dev ## write from the code what of docs is made from it
	@$(BIN)/python -m docs.generate
	@$(BIN)/python -m docs.schemas
	@$(BIN)/python -m docs.data_checks
	@$(BIN)/python -m docs.datasets
	@$(BIN)/python -m docs.events
	@$(BIN)/python -m docs.content_faults
	@$(BIN)/python -m docs.luau_rules
	@$(BIN)/python -m docs.luau_labelled
	@$(BIN)/python -m docs.signals

clean: ## remove .venv and caches; a database in TOOLBOX_HOME stays
	rm -rf $(VENV) build dist .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# Installed anew when pyproject.toml changes, or when the Python that .venv was made with is gone.
ifeq ($(wildcard $(BIN)/python),)
$(shell rm -f $(VENV)/installed $(VENV)/installed-dev)
endif

$(VENV)/installed: pyproject.toml
	@echo "Installing toolbox into $(VENV) ..."
	@$(call install,-e .)
	@touch $@

$(VENV)/installed-dev: pyproject.toml
	@echo "Installing toolbox and what its tests need into $(VENV) ..."
	@$(call install,-e '.[dev]')
	@touch $(VENV)/installed $@

# Byte-compiled here, so that the first command starts as fast as the second. Some packages ship templates that are not
# Python, which compileall reports and which is no failure.
define install
	test -x $(BIN)/python || .ci/make-venv $(PYTHON) $(VENV) || exit 1; \
	$(BIN)/python -m pip --quiet --disable-pip-version-check --no-input install $(1) >$(LOG) 2>&1 \
		|| { cat $(LOG) >&2; echo "The installation failed: pip's messages are above, and in $(LOG)." >&2; exit 1; }; \
	$(BIN)/python -m compileall -q -j 0 $(VENV)/lib toolbox_cli migrations >/dev/null 2>&1 || true
endef
