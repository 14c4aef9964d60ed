# Taper. The two to know: `make run` and `make test`.
PYTHON ?= python3
PORT ?= 8501
PYTEST_ARGS ?= -n 2
YEARS ?= 1

BIN := .venv/bin
CODE = $(wildcard app.py src tests benchmarks docs)
COMPILE = $(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock"

SOURCES := $(shell find src -name '*.py' -o -name '*.typ' -o -name '*.toml')
LONG := $(patsubst tests/%.py,.long/%,$(shell grep -rl 'pytest.mark.long' tests --include='*.py'))

.PHONY: help setup run test test-long check fix coverage mutants audit bench load reference-age pictures arithmetic schema lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 20

setup: .venv/taper ## make .venv with exactly the locked packages

run: setup ## start the app (PORT=8501)
	@$(BIN)/taper app --port $(PORT)

test: setup ## run the tests (PYTEST_ARGS="-k name")
	@for each in chromium postgresql programs; do $(BIN)/python tests/$$each.py || exit 1; done
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

test-long: $(LONG) ## run the tests that take long, part by part: a part that passed is not run again
	@tail -qn 1 $(LONG)

# One part needs LibreOffice Calc, one git's history and the package index.
.long/%: tests/%.py $(SOURCES) | setup
	@for each in chromium postgresql programs; do $(BIN)/python tests/$$each.py || exit 1; done
	@mkdir -p $(@D)
	@echo "$<: see $@.log"
	@$(BIN)/python -m pytest -m long --hypothesis-profile night $(PYTEST_ARGS) $< > $@.log
	@echo "$<: $$(tail -n 1 $@.log)" > $@

check: setup ## format, lint, types, imports, dead and doubled code; changes nothing
	@$(BIN)/ruff format --quiet --check --output-format concise $(CODE) || { echo "Not formatted; see: make fix"; exit 1; }
	@$(BIN)/ruff check --quiet --output-format concise $(CODE)
	@$(BIN)/mypy --no-error-summary $(CODE)
	@said=$$($(BIN)/lint-imports --no-logo) || { echo "$$said"; exit 1; }
	@$(BIN)/vulture
	@$(BIN)/pylint --score=no $(CODE)

fix: setup ## format, and mend what can be mended
	@$(BIN)/ruff check --quiet --fix --exit-zero $(CODE)
	@$(BIN)/ruff format --quiet $(CODE)

coverage: setup ## lines and branches that no test reaches (the screen left out)
	@$(BIN)/python -m pytest $(PYTEST_ARGS) --cov --cov-fail-under=100 src $(wildcard tests/test_*.py)

mutants: setup .venv/mutants ## break the arithmetic in small ways: a test has to fail (goes on where it stopped)
	@$(BIN)/mutmut run

audit: setup .venv/audit ## ask PyPI for known weaknesses of what is locked
	@$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements/dev.txt

bench: setup .venv/bench ## measure, and write docs/benchmarks.md
	@$(BIN)/python tests/chromium.py
	@$(BIN)/python benchmarks/page.py

load: setup ## how many clinicians edit at once on this machine, beside a plain page
	@$(BIN)/python benchmarks/load.py

reference-age: setup ## the facts read over a year ago (YEARS=2)
	@$(BIN)/python -m taper.reference --older-than $(YEARS) --today $$(date +%F)

pictures: setup ## take the documents' pictures from the app
	@$(BIN)/python tests/chromium.py
	@$(BIN)/python docs/make_pictures.py

arithmetic: setup ## write docs/arithmetic.md from the cases
	@$(BIN)/python docs/make_arithmetic.py

schema: setup ## write docs/plan.schema.json from the format
	@$(BIN)/python -c 'import json; from taper.plan import json_schema; print(json.dumps(json_schema(), indent=2, ensure_ascii=False))' > docs/plan.schema.json

lock: setup ## newest versions into requirements/
	@$(COMPILE) --upgrade pyproject.toml -o requirements/run.txt
	@$(COMPILE) --upgrade pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt
	@$(COMPILE) --upgrade --group bench -c requirements/dev.txt -o requirements/bench.txt
	@$(COMPILE) --upgrade --group audit -c requirements/dev.txt -o requirements/audit.txt
	@$(COMPILE) --upgrade --group mutants -c requirements/dev.txt -o requirements/mutants.txt
	@$(COMPILE) --upgrade --group installer -c requirements/dev.txt -o requirements/uv.txt

clean: ## remove all that make made
	@rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .coverage* .long mutants

# uv is fast; where only pip is told of a mirror, pip does the same from the same hashes.
.venv/packages: requirements/dev.txt requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Taper needs Python 3.11 or newer. Say which: make setup PYTHON=python3.12"; exit 1; }
	@echo "Setting up .venv"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements/uv.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt || \
		$(BIN)/python -m pip install -qq --require-hashes -r requirements/dev.txt
	@touch $@

# Only these targets need them.
.venv/audit .venv/bench .venv/mutants: .venv/%: .venv/packages requirements/%.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/$*.txt || \
		$(BIN)/python -m pip install -qq --require-hashes -r requirements/$*.txt
	@touch $@

.venv/taper: .venv/packages pyproject.toml
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@
