# Two commands need nothing but Python 3.11+ and make:  make demo   make test
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -q install -c constraints.txt
DEMO   := predictions-demo.jsonl
BENCHES := $(filter-out __init__,$(basename $(notdir $(wildcard bench/*.py))))

.PHONY: demo test check bench clean
.DEFAULT_GOAL := demo

$(BIN)/python:
	$(PYTHON) -c "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 'Python 3.11 or newer is needed: make PYTHON=python3.12')"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BIN)/python pyproject.toml constraints.txt
	$(PIP) -e .
	touch $@

$(VENV)/.test: $(VENV)/.demo
	$(PIP) torch==$$(sed -n 's/^torch==//p' constraints.txt)
	$(PIP) -e '.[curation,leaderboard,models,postgresql,ray,train,test,check]'
	touch $@

demo: $(VENV)/.demo
	$(BIN)/python -m baselines.predict category-color --config scenes --split test --out $(DEMO)
	$(BIN)/python -m benchmark.score $(DEMO)

.PHONY: app
$(VENV)/.app: $(VENV)/.demo
	$(PIP) -e '.[leaderboard]'
	touch $@

app: $(VENV)/.app
	$(BIN)/python -m leaderboard serve

test: $(VENV)/.test
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/.bench: $(VENV)/.test
	$(PIP) -e '.[bench]'
	touch $@

bench: $(VENV)/.bench
	for script in $(BENCHES); do echo "== bench.$$script"; $(BIN)/python -m bench.$$script || exit 1; done

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
