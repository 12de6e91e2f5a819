# The daily verbs; `make` alone lists them.
#
# Everything is installed into $(VENV) from requirements.lock. No service is needed, and nothing outside this folder is touched.

VENV ?= .venv
ROOT ?= data
SHARED ?= ../shared
MINUTES ?= 10
BIN := $(VENV)/bin

# The first interpreter that is new enough, whatever it is called; `make setup PYTHON=…` names another one.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11 python,$(shell $(p) -c '$(NEW_ENOUGH)' 2>/dev/null && echo $(p))) python3)

INSTALLED := $(VENV)/.installed
LINKED := $(VENV)/.linked
SPARK := .dyadwire/spark
ENGINES := .dyadwire/engines

# Nobody is told that this ran: Prefect and DuckDB's friends report usage unless asked not to.
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test test-slow test-spark test-engines prism kafka flink flink-up flink-down lint format eval calibrate bench bench-compact bench-stream bench-soak pictures lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(LINKED) ## make the virtual environment from the lock file

run: $(LINKED) ## the first run: the eight sample articles, from page to table (ROOT=data)
	@$(BIN)/python -m flows.first_run --root $(ROOT)

test: $(LINKED) ## the tests
	$(BIN)/pytest -m "not slow"

test-slow: $(LINKED) ## the tests that take minutes
	PYTHONPATH=$(wildcard $(SPARK)) $(BIN)/pytest -m slow

test-spark: $(LINKED) $(SPARK)/.installed ## the examples for Spark, in a local one (needs Java 17)
	PYTHONPATH=$(SPARK) $(BIN)/pytest tests/dataset/test_reading_spark.py

# Where the job server of Flink cannot be had, its tests are skipped, and say so.
test-engines: $(LINKED) prism kafka ## the same rows from every engine, in batch and stream (needs Go, Java 17, Maven)
	-@$(MAKE) --no-print-directory flink
	$(BIN)/pytest -m engines

kafka: $(ENGINES)/kafka/.installed ## install a Kafka broker for the tests into .dyadwire (needs Java 17 and Maven)

flink: $(ENGINES)/.flink-job-server $(ENGINES)/flink/.installed ## install Flink and Beam's job server for it into .dyadwire (needs Java 17 and Maven)

flink-up: $(ENGINES)/flink/.installed ## start a Flink cluster on this machine: two task managers, with checkpoints
	@$(BIN)/python -m pipelines.engines.flink up

flink-down: $(LINKED) ## stop it
	@$(BIN)/python -m pipelines.engines.flink down

prism: $(ENGINES)/prism ## install Prism, Beam's portable local engine, into .dyadwire (needs Go)

lint: $(LINKED) ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(LINKED) ## put the style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

eval: $(LINKED) ## score extraction on the annotated sets; writes docs/quality.md
	$(BIN)/python -m tests.evaluation --shared $(SHARED)

calibrate: $(LINKED) ## count anew how often claims of each kind are right, for their confidence
	$(BIN)/python -m tests.evaluation.calibration --shared $(SHARED)

bench: $(LINKED) ## measure speed, a stream's latency aside
	@set -e; for file in $(filter-out %/bench_stream.py,$(wildcard tests/benchmarks/bench_*.py)); do echo "== $$file"; $(BIN)/python "$$file"; done

bench-compact: $(LINKED) ## measure the memory of compacting ten million claims
	$(BIN)/python tests/benchmarks/scale_compact.py

bench-stream: $(LINKED) ## measure the latency of a stream; writes docs/streaming.md (MINUTES=10)
	$(BIN)/python tests/benchmarks/bench_stream.py --minutes $(MINUTES) --write

bench-soak: $(LINKED) ## whether a stream's memory stays flat for an hour
	$(BIN)/python tests/benchmarks/bench_stream.py --soak

pictures: $(LINKED) ## draw the pictures of docs/
	$(BIN)/python docs/draw_day.py
	$(BIN)/python docs/draw_engines.py

lock: ## resolve the dependencies anew into requirements.lock
	@$(call need_python)
	$(PYTHON) -m venv .dyadwire/lock
	.dyadwire/lock/bin/pip install --quiet uv
	.dyadwire/lock/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--extra dev --custom-compile-command "make lock" pyproject.toml --output-file requirements.lock
	rm -rf .dyadwire/lock

clean: ## remove the environment and all caches; the dataset stays
	rm -rf $(VENV) .dyadwire build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Two stamps: a change of the code's metadata does not install all dependencies again. Packages are compiled at their first import:
# compiling all of them takes longer than downloading them.
$(INSTALLED): requirements.lock
	@$(call need_python)
	@echo "Installing into $(VENV) what requirements.lock names; this takes a minute or two."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-compile --require-hashes --requirement requirements.lock
	@touch $@

$(LINKED): $(INSTALLED) pyproject.toml
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/pip check
	@touch $@

$(SPARK)/.installed: tests/requirements-spark.txt $(INSTALLED)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-compile --no-build-isolation --require-hashes \
		--upgrade --target $(SPARK) --requirement tests/requirements-spark.txt
	@touch $@

# Of the version of our Beam, which the lock names.
$(ENGINES)/prism: requirements.lock | $(INSTALLED)
	@command -v go >/dev/null || { echo "Prism is built with Go, which is not installed: https://go.dev/doc/install" >&2; exit 1; }
	GOBIN=$(abspath $(ENGINES)) go install github.com/apache/beam/sdks/v2/go/cmd/prism@v$$($(BIN)/python -c 'import importlib.metadata as m; print(m.version("apache-beam"))')
	@touch $@

$(ENGINES)/kafka/.installed: tests/engines/kafka-pom.xml
	@$(call need_java)
	rm -rf $(ENGINES)/kafka
	mvn --quiet --batch-mode --file $< dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=$(abspath $(ENGINES)/kafka)
	@touch $@

# The distribution's version must be one that the job server is for: 2.2 in both.
$(ENGINES)/flink/.installed: pipelines/engines/data/requirements-flink.txt | $(LINKED)
	@$(call need_java)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-compile --require-hashes --upgrade --target $(ENGINES)/flink --requirement $<
	@touch $@

$(ENGINES)/.flink-job-server: requirements.lock | $(LINKED)
	@$(call need_java)
	mvn --quiet --batch-mode dependency:copy -DoutputDirectory=$(abspath $(ENGINES)) \
		-Dartifact=org.apache.beam:beam-runners-flink-2.2-job-server:$$($(BIN)/python -c 'import importlib.metadata as m; print(m.version("apache-beam"))') || { \
		echo "Maven cannot get Beam's job server for Flink; where its repositories have none, name one: --runner-option flink_job_server_jar=PATH" >&2; exit 1; }
	@touch $@

define need_java
command -v java >/dev/null || { echo "this needs Java 17; on Debian and Ubuntu: apt-get install openjdk-17-jre-headless" >&2; exit 1; }; \
command -v mvn >/dev/null || { echo "this needs Maven; on Debian and Ubuntu: apt-get install maven" >&2; exit 1; }
endef

define need_python
$(PYTHON) -c '$(NEW_ENOUGH)' 2>/dev/null || { \
	echo "dyadwire needs Python 3.11 or later, and $(PYTHON) is not. If another one is installed, name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; \
	exit 1; }; \
$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	echo "$(PYTHON) lacks the venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
endef
