.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

help:  ## Say what every target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(STAMP)  ## Make .venv and install Winback with its development tools

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,eval]'
	touch $(STAMP)

demo: setup  ## Make the demo shop, label its reviews, score its customers, ask a few questions, and open the application
	$(BIN)/winback demo

test: setup  ## Run the tests (no network, no GPU)
	$(BIN)/python -m pytest

spark: setup  ## Install PySpark (needs Java 17) and test that Spark and PostgreSQL give the same scores as DuckDB
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[spark]'
	$(BIN)/python -m pytest tests/tools/churn/test_engines.py tests/store/warehouse

lint: setup  ## Format check, lint, types, and the arrows between packages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright --level error
	$(BIN)/lint-imports

bench: setup  ## Benchmarks: loading, metric queries, agent overhead, first token, labelling, review search
	$(BIN)/python -m eval.bench.warehouse
	$(BIN)/python -m eval.bench.overhead
	$(BIN)/python -m eval.bench.labelling
	$(BIN)/python -m eval.bench.review_index

app: setup  ## Open the application over ./winback-data (or WINBACK_HOME)
	$(BIN)/winback app

.PHONY: help setup app demo test spark lint bench
