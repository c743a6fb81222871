# Two commands need nothing but Python 3.11+ and make:  make demo   make test
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -q install -c constraints.txt
DEMO   := predictions-demo.jsonl
BENCHES := $(filter-out _%,$(basename $(notdir $(wildcard speed/*.py))))

.PHONY: demo test check house bench clean gpu
.DEFAULT_GOAL := demo

$(BIN)/python:
	$(PYTHON) -c "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 'Python 3.11 or newer is needed: make PYTHON=python3.12')"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BIN)/python pyproject.toml constraints.txt
	$(PIP) torch==$$(sed -n 's/^torch==//p' constraints.txt)
	$(PIP) -e '.[models]'
	touch $@

$(VENV)/.test: $(VENV)/.demo
	$(PIP) -e '.[curation,leaderboard,login,models,postgresql,ray,train,test,check]'
	touch $@

demo: $(VENV)/.demo
	$(BIN)/python -m baselines.predict ureca-nano --config scenes --split test --out $(DEMO)
	$(BIN)/python -m benchmark.score $(DEMO) --metrics bleu_4,meteor,rouge_l,cider,duplicate_rate,unique_and_correct,retrieval_r1,listener_correct

.PHONY: app
$(VENV)/.app: $(VENV)/.demo
	$(PIP) -e '.[leaderboard]'
	touch $@

app: $(VENV)/.app
	$(BIN)/python -m leaderboard serve

test: $(VENV)/.test
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.test $(VENV)/.docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	$(BIN)/python scripts/house.py

house: $(BIN)/python
	$(BIN)/python scripts/house.py

.PHONY: docs
$(VENV)/.docs: $(BIN)/python pyproject.toml constraints.txt
	$(PIP) -e '.[docs]'
	touch $@

docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

$(VENV)/.bench: $(VENV)/.test
	$(PIP) -e '.[bench]'
	touch $@

bench: $(VENV)/.bench
	for script in $(BENCHES); do echo "== speed.$$script"; $(BIN)/python -m speed.$$script || exit 1; done
	$(BIN)/python -m pytest -m speed

# On a GPU machine (docs/gpu.md), $(PYTHON) as it is, no virtual environment: make gpu STEPS="mfu prefix"
gpu:
	PYTHON="$(PYTHON)" scripts/gpu.sh $(STEPS)

clean:
	rm -rf $(VENV) build dist site *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
