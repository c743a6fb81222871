# Two commands need nothing but Python 3.11+ and make:  make demo   make test
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -q install -c constraints.txt
DEMO   = predictions-demo-$(DEMO_IMAGES).jsonl
DEMO_IMAGES ?= 40
BENCHES := $(filter-out _%,$(basename $(notdir $(wildcard speed/*.py))))

.PHONY: demo test rehearse check house bench clean gpu
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

# What the tests of accessibility run in the browser; without npm they are skipped
AXE := 4.14.1
$(VENV)/axe.min.js:
	-cd $(VENV) && npm pack --silent axe-core@$(AXE) && tar -xzf axe-core-$(AXE).tgz package/axe.min.js \
		&& mv package/axe.min.js . && rm -r package axe-core-$(AXE).tgz

demo: $(VENV)/.demo
	$(BIN)/python -m baselines.predict ureca-mini --config scenes --split test --data-option test=$(DEMO_IMAGES) --out $(DEMO)
	$(BIN)/python -m benchmark.score $(DEMO) --data-option test=$(DEMO_IMAGES) --metrics bleu_4,meteor,rouge_l,cider,duplicate_rate,unique_and_correct,retrieval_r1,listener_correct

.PHONY: app
$(VENV)/.app: $(VENV)/.demo
	$(PIP) -e '.[leaderboard]'
	touch $@

app: $(VENV)/.app
	$(BIN)/python -m leaderboard serve

test: $(VENV)/.test $(VENV)/axe.min.js
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

rehearse: $(VENV)/.test
	$(BIN)/python -m pytest -m rehearsal

check: $(VENV)/.test $(VENV)/.docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	$(BIN)/python scripts/house.py

# lmms-eval wants some sixty packages; its core, which these tests run, needs those of the extra alone
.PHONY: harness
$(VENV)/.harness: $(VENV)/.test
	$(PIP) -e '.[harness]'
	$(PIP) --no-deps lmms-eval==0.7.3
	touch $@

harness: $(VENV)/.harness
	$(BIN)/python -m pytest tests/test_baselines/harness

# Blender's module asks for NumPy 1, and works with NumPy 2
.PHONY: rooms
$(VENV)/.rooms: $(VENV)/.test
	$(PIP) --no-deps "bpy==4.5.15; python_version == '3.11'"
	touch $@

rooms: $(VENV)/.rooms
	$(BIN)/python -m pytest -rs tests/test_dataset/rooms/test_rendering.py

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

# What pages say of the checkpoints, after weights, data, scores or the listener have changed
REPORTS ?= reports
CHECKPOINTS := ureca-blind ureca-nano ureca-mini
SYSTEMS := constant mask-only category category-color ureca-blind ureca-nano ureca-mini sibling reference
.PHONY: model-pages
model-pages: $(VENV)/.test
	mkdir -p $(REPORTS)
	for name in $(SYSTEMS); do \
		$(BIN)/python -m baselines.predict $$name --device cpu --out $(REPORTS)/$$name.jsonl || exit 1; done
	for name in $(CHECKPOINTS); do \
		$(BIN)/python -m benchmark.score $(REPORTS)/$$name.jsonl --json $(REPORTS)/$$name.json --metrics \
			bleu_1,bleu_4,rouge_l,meteor,cider,duplicate_rate,unique_and_correct,retrieval_r1,listener || exit 1; done
	$(BIN)/python -m benchmark.compare $(SYSTEMS:%=$(REPORTS)/%.jsonl) --json $(REPORTS)/comparison.json --metrics \
		bleu_4,meteor,cider,duplicate_rate,unique_and_correct,retrieval_r1,unique_and_correct_embedding,listener_correct
	$(BIN)/python -m benchmark.compare $(REPORTS)/ureca-nano.jsonl $(REPORTS)/ureca-mini.jsonl --json $(REPORTS)/pair.json \
		--metrics bleu_4,meteor,cider,duplicate_rate,unique_and_correct,retrieval_r1,listener_correct
	for name in $(CHECKPOINTS); do $(BIN)/python scripts/model_pages.py $$name --reports $(REPORTS) || exit 1; done
	$(BIN)/python scripts/board_pictures.py --reports $(REPORTS)

# The tables of docs/results/rooms.md: what captioners that never saw a room score there
.PHONY: rooms-page
rooms-page: $(VENV)/.test
	mkdir -p $(REPORTS)/rooms
	for name in $(SYSTEMS); do \
		$(BIN)/python -m baselines.predict $$name --config rooms --device cpu --out $(REPORTS)/rooms/$$name.jsonl || exit 1; \
		$(BIN)/python -m benchmark.score $(REPORTS)/rooms/$$name.jsonl --json $(REPORTS)/rooms/$$name.json --metrics \
			bleu_4,cider,duplicate_rate,unique_and_correct,listener || exit 1; done
	$(BIN)/python scripts/rooms_page.py --reports $(REPORTS)/rooms

# The tables of docs/results/listener.md: what it hears of natural captions and how often it is fooled, three minutes
.PHONY: listener-page
listener-page: $(VENV)/.test
	$(BIN)/python scripts/listener_page.py

# The tables of docs/results/uniqueness.md; REFEXP is a reference file of the Google Refexp sample (ureca convert)
VALIDATIONS ?= validation
REFEXP ?= references.jsonl
VALIDATE = $(BIN)/python -m benchmark.validate_metrics --meteor native
.PHONY: uniqueness-page
uniqueness-page: $(VENV)/.test
	$(VALIDATE) --config scenes --split test --images 30 --styles --out $(VALIDATIONS)/scenes
	$(VALIDATE) --config scenes --split test --images 30 --out $(VALIDATIONS)/systems \
		$(patsubst %,--predictions $(REPORTS)/%.jsonl,ureca-mini ureca-nano ureca-blind mask-only)
	$(VALIDATE) --config photos --out $(VALIDATIONS)/photos
	$(VALIDATE) --references $(REFEXP) --images 335 --out $(VALIDATIONS)/refexp
	$(BIN)/python scripts/uniqueness_page.py --validations $(VALIDATIONS)

clean:
	rm -rf $(VENV) build dist site *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
