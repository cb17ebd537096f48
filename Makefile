VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
MODEL_SET ?= demo
INSTALLED := $(VENV)/.installed
CEPH := radosgw ceph-mon ceph-osd ceph-common
CHECKOV := build/checkov-venv/.installed

.DEFAULT_GOAL := help
.PHONY: help setup checkov demo demo-continuum test test-ceph lint bench accuracy bench-cold bench-gallery bench-overhead bench-precision bench-anonymisation bench-masks train-cover evaluate-cover train-demo requirements clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(INSTALLED): requirements-dev.txt pyproject.toml package-lock.json
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@PATH="$(abspath $(BIN)):$$PATH" npm ci --loglevel=error
	@touch $@

$(CHECKOV): tests/infrastructure/checkov.requirements.txt
	@echo "Installing checkov apart (its pins conflict with ours) ..."
	@$(PYTHON) -m venv build/checkov-venv
	@build/checkov-venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

checkov: $(CHECKOV)  ## install the template checker that `make test` uses

setup: $(INSTALLED)  ## make .venv with the vss command in it

lint: setup  ## ruff and mypy --strict
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy app.py stacks lambda_src layers/*/python vss

demo: setup  ## render a day at four cameras, deploy into a local AWS, get records and drawings: build/demo; MODEL_SET=omz for the real networks
	@$(BIN)/python -m vss.demo --model-set $(MODEL_SET)

demo-continuum: setup  ## a rendered video through edge and cloud, masks counted and drawn: build/continuum; MODEL_SET=omz for real people
	@$(BIN)/python -m vss.continuum.demo --model-set $(MODEL_SET)

test: lint checkov  ## lint, types and all tests, the fast ones first
	@$(BIN)/python -m pytest tests/unit
	@$(BIN)/python -m pytest tests/infrastructure tests/hostile_inputs tests/faults tests/integration
	@$(BIN)/python -m pytest tests/end_to_end

test-ceph: setup  ## the edge's store on a real S3 server: Ceph's RADOS gateway, installed (Debian, root), started and stopped
	@command -v radosgw >/dev/null && command -v ceph-mon >/dev/null && command -v ceph-osd >/dev/null || \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing $(CEPH) ..."; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(CEPH) >/dev/null; \
		else \
			echo "Ceph is not installed. On Debian, as root: apt-get install --no-install-recommends $(CEPH)"; exit 1; \
		fi
	@$(BIN)/python -m pytest tests/ceph

bench: setup  ## speed: the pipeline against its bare networks, the local deployment against the bare pipeline
	@$(BIN)/python -m tests.performance.bench_pipeline
	@$(BIN)/python -m tests.performance.bench_aws_api
	@$(BIN)/python -m tests.performance.bench_deployment
	@$(BIN)/python -m tests.performance.bench_rendering

bench-cold: setup  ## cold starts by memory and by what is shipped, the smallest memory (root; ../shared)
	@$(BIN)/python -m tests.performance.bench_cold_start

bench-overhead: setup  ## a warm invocation against the pipeline alone, S3 excluded (../shared)
	@$(BIN)/python -m tests.performance.bench_overhead

bench-precision: setup  ## networks by precision: size, speed, accuracy (../shared)
	@$(BIN)/python -m tests.performance.bench_precision

bench-gallery: setup  ## identification by the size of the gallery: time a face, memory, load time
	@$(BIN)/python -m tests.performance.bench_gallery

bench-anonymisation: setup  ## anonymised heads: faces overlooked, re-identification against mask detection, seconds per minute of video
	@$(BIN)/python -m tests.performance.bench_faces_covered
	@$(BIN)/python -m tests.performance.bench_anonymisation
	@$(BIN)/python -m tests.performance.bench_anonymise_and_split

bench-masks: setup  ## mask detection: accuracy, time and cost of an image
	@$(BIN)/python -m tests.performance.bench_masks

accuracy: setup  ## real photographs: people counted, faces named, score distributions
	@$(BIN)/python -m tests.performance.report_accuracy

train-cover: setup  ## train the camera-cover network again (seeded), evaluate it, write it into the manifest
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r model_assets/training/requirements.txt
	@$(BIN)/python -m model_assets.training.train_cover --out model_assets/camera_cover
	@$(BIN)/python -m model_assets.training.manifest_entry model_assets/manifest.json
	@$(MAKE) evaluate-cover

evaluate-cover: setup  ## the camera-cover network on generated and real frames: build/cover
	@$(BIN)/python -m model_assets.training.evaluate_cover

train-demo: setup  ## render the training sets (seeded), train the four demo networks, write them into the manifest
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r model_assets/training/requirements.txt
	@$(BIN)/python -m model_assets.training.train_demo

requirements:  ## pin again: *.in -> hashed *.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header layers/deep_learning/requirements.in -o layers/deep_learning/requirements.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header layers/business_logic/requirements.in -o layers/business_logic/requirements.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header tests/infrastructure/checkov.requirements.in -o tests/infrastructure/checkov.requirements.txt

clean:  ## remove .venv and everything built
	@rm -rf $(VENV) build
