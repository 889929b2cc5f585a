# make help: what there is to do here
PYTHON ?= python3
VENV   ?= .venv
# The processor build of PyTorch where your index has one under this name; see README, "Install".
TORCH  ?= torch==2.13.0

BIN  := $(VENV)/bin
DEMO := DEPECHE_DATA_DIR=$(CURDIR)/.demo DEPECHE_CHAT_MODEL=local $(BIN)/depeche
# Before the chat model is there, or where it cannot be.
BARE := DEPECHE_DATA_DIR=$(CURDIR)/.demo DEPECHE_CHAT_MODEL=quotes $(BIN)/depeche

# Each is answered from an article in the other language.
QUESTION_FR := Quand part le train de nuit d’Eastmoor ?
QUESTION_EN := Who had the idea of the solar oven at the school of Montclar-le-Vieux?

.DEFAULT_GOAL := help
.PHONY: help install demo test check bench quality clean

help:  ## say what each target does
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 18

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Dépêche needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install $(TORCH)
	$(BIN)/pip install --editable .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/pip install --editable '.[dev]'
	@touch $@

install: $(VENV)/.installed  ## make the virtual environment, with the depeche command in it

demo: $(VENV)/.installed  ## set everything up, take in six articles, answer a French and an English question
	@$(BARE) model pull
	@$(BARE) ingest articles
	@$(BIN)/pip install --quiet --editable '.[local]' 2>/dev/null && $(DEMO) model pull --chat || echo 'Going on without a chat model: answers are quotations.'
	@echo; echo '$$ depeche ask "$(QUESTION_FR)"'; echo
	@$(DEMO) ask "$(QUESTION_FR)"
	@echo; echo '$$ depeche ask "$(QUESTION_EN)"'; echo
	@$(DEMO) ask "$(QUESTION_EN)"
	@echo; echo 'Ask your own: DEPECHE_DATA_DIR=.demo DEPECHE_CHAT_MODEL=local $(BIN)/depeche ask "…"'

test: check  ## set everything up, then lint, types and tests
	$(BIN)/pytest -n 2

check: $(VENV)/.tested  ## lint and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.tested  ## speed against the plain script: make bench ARCHIVE="FILE_OR_FOLDER ..."
	$(BIN)/python -m benchmarks.speed $(or $(ARCHIVE),articles) --rows a,b,c,d,e --sizes 10000

quality: $(VENV)/.tested  ## search, answers and refusals on question sets: make quality DATA=FOLDER
	$(BIN)/python -m benchmarks.quality $(or $(DATA),$(error Say which: make quality DATA=FOLDER; benchmarks/quality/data.py says what is in one))

clean:  ## remove what these targets made here (not your library, not the model cache)
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
