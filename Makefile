# Two commands need nothing but Python 3.11+ and make:  make demo   make test
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -q install -c constraints.txt
DEMO   = predictions-demo-$(DEMO_IMAGES).jsonl
DEMO_IMAGES ?= 40
BENCHES := $(filter-out _%,$(basename $(notdir $(wildcard speed/*.py))))

# What to run on a GPU (docs/gpu.md): $(PYTHON) as it is, no virtual environment; each target ends inside of 10 minutes
OUT     ?= gpu-results
SEED    ?= 0
WORKERS ?= 12
DEVICE  ?= cuda
PRESET  ?= mini
CONDITIONING ?= ureca-close-up
SHAPES  ?= internvl3-8b
IMAGES  ?= 12000
TEST_IMAGES ?= 200
SWEEP   ?= --test-images 50
MINI     = $(OUT)/$(PRESET)
FINETUNED = $(MINI)/$(CONDITIONING)-finetune/checkpoint
TRAINING = --preset $(PRESET) --data $(OUT)/shards/train --workers $(WORKERS) --seed $(SEED)

.PHONY: demo test check house bench clean gpu-data gpu-1 gpu-2 gpu-3 gpu-4 gpu-5
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
	$(BIN)/python -m baselines.predict ureca-mini --config scenes --split test --data-option test=$(DEMO_IMAGES) --out $(DEMO)
	$(BIN)/python -m benchmark.score $(DEMO) --option test=$(DEMO_IMAGES) --metrics bleu_4,meteor,rouge_l,cider,duplicate_rate,unique_and_correct,retrieval_r1,listener_correct

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

gpu-data:
	$(PYTHON) -m baselines.training.draw --split validation --images 20 --out $(OUT)/shards/validation
	$(PYTHON) -m baselines.training.draw --split test --images $(TEST_IMAGES) --out $(OUT)/shards/test
	$(PYTHON) -m baselines.training.draw --split train --images $(IMAGES) --out $(OUT)/shards/train

# The base, then mask tokens on it; captions of scenes/test
gpu-1:
	$(PYTHON) -m baselines.train --conditioning $(CONDITIONING) $(TRAINING) --validation $(OUT)/shards/validation \
		--time-budget 420 --out $(MINI)
	$(PYTHON) -m baselines.training.evaluate $(FINETUNED) --shards $(OUT)/shards/test \
		--out $(MINI)/predictions.jsonl

# Table 2, controlled: nine strategies over that base; three seeds: SEED=1, SEED=2
gpu-2:
	$(PYTHON) -m baselines.training.sweep strategies --base $(MINI)/base/checkpoint $(TRAINING) \
		--test $(OUT)/shards/test --time-budget 540 $(SWEEP) --out $(OUT)/strategies-$(SEED)

# Tables 4 and 6: mask encoder, dynamic mask, mask tokens
gpu-3:
	$(PYTHON) -m baselines.training.sweep ablations --base $(MINI)/base/checkpoint $(TRAINING) \
		--test $(OUT)/shards/test --time-budget 540 $(SWEEP) --out $(OUT)/ablations-$(SEED)

# The 8B shapes with random weights: samples/s, tokens/s, memory, MFU
gpu-4:
	PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True \
	$(PYTHON) -m speed.model_mfu --shapes $(SHAPES) --device $(DEVICE) --time-budget 450 --out $(OUT)/mfu.json

# The shared prefix against one region at a time
gpu-5:
	$(PYTHON) -m speed.shared_prefix_speed --checkpoint $(FINETUNED) --device $(DEVICE) \
		--out $(OUT)/shared-prefix.json

# What pages say of ureca-mini, after its weights have changed
REPORTS ?= reports
SYSTEMS := constant category category-color ureca-nano ureca-mini sibling reference
.PHONY: model-pages
model-pages: $(VENV)/.test
	mkdir -p $(REPORTS)
	for name in $(SYSTEMS); do \
		$(BIN)/python -m baselines.predict $$name --device cpu --out $(REPORTS)/$$name.jsonl || exit 1; done
	$(BIN)/python -m benchmark.score $(REPORTS)/ureca-mini.jsonl --json $(REPORTS)/ureca-mini.json --metrics \
		bleu_1,bleu_4,rouge_l,meteor,cider,duplicate_rate,unique_and_correct,retrieval_r1,listener
	$(BIN)/python -m benchmark.compare $(SYSTEMS:%=$(REPORTS)/%.jsonl) --json $(REPORTS)/comparison.json --metrics \
		bleu_4,meteor,cider,duplicate_rate,unique_and_correct,retrieval_r1,unique_and_correct_embedding,listener_correct
	$(BIN)/python -m benchmark.compare $(REPORTS)/ureca-nano.jsonl $(REPORTS)/ureca-mini.jsonl --json $(REPORTS)/pair.json \
		--metrics bleu_4,meteor,cider,duplicate_rate,unique_and_correct,retrieval_r1,listener_correct
	$(BIN)/python scripts/model_pages.py ureca-mini --reports $(REPORTS)
	$(BIN)/python scripts/board_pictures.py --reports $(REPORTS)

clean:
	rm -rf $(VENV) build dist site *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
