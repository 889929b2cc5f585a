# make help: what there is to do here
PYTHON ?= python3
VENV   ?= .venv
# Not in the lock: which build it is, is your index's affair and yours; see README, "Install".
TORCH  ?= -r requirements/torch.txt
# All that an installation takes from the index but PyTorch, by version and hash; "make lock" writes it.
LOCKED := install --require-hashes --no-deps

BIN  := $(VENV)/bin
DEMO := DEPECHE_DATA_DIR=$(CURDIR)/.demo DEPECHE_CHAT_MODEL=quotes $(BIN)/depeche

# Each is answered from an article in the other language.
QUESTION_FR := Quand part le train de nuit d’Eastmoor ?
QUESTION_EN := Who had the idea of the solar oven at the school of Montclar-le-Vieux?

.DEFAULT_GOAL := help
.PHONY: help install demo test check lock audit bench quality clean

help:  ## say what each target does
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 18

$(VENV)/.installed: pyproject.toml requirements/base.txt requirements/torch.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Dépêche needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip $(LOCKED) -r requirements/base.txt
	$(BIN)/pip install $(TORCH)
	$(BIN)/pip install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed requirements/local.txt requirements/translate.txt requirements/dev.txt
	$(BIN)/pip $(LOCKED) -r requirements/local.txt -r requirements/translate.txt -r requirements/dev.txt
	@touch $@

install: $(VENV)/.installed  ## make the virtual environment, with the depeche command in it

demo: $(VENV)/.installed  ## set everything up, take in six articles, answer a French and an English question
	@$(DEMO) model pull
	@$(DEMO) ingest articles
	@$(BIN)/pip $(LOCKED) --quiet -r requirements/translate.txt 2>/dev/null && $(DEMO) model pull --translator || echo 'Going on without a translator: quotations stay in the language of their article.'
	@echo; echo '$$ depeche ask "$(QUESTION_FR)"'; echo
	@$(DEMO) ask "$(QUESTION_FR)"
	@echo; echo '$$ depeche ask "$(QUESTION_EN)"'; echo
	@$(DEMO) ask "$(QUESTION_EN)"
	@echo; echo 'Ask your own: DEPECHE_DATA_DIR=.demo $(BIN)/depeche ask "…"'

test: check  ## set everything up, then lint, types and tests
	$(BIN)/pytest -n 2 --dist worksteal

check: $(VENV)/.tested  ## lint and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# One choice of versions for all; then each file has what those before it have not.
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--constraints requirements/torch.txt --no-emit-package torch --custom-compile-command 'make lock'

lock: $(VENV)/.tested  ## write requirements/ anew, keeping versions that still fit: make lock OPTIONS=--upgrade for the newest of all
	cd requirements && cat base.txt local.txt translate.txt dev.txt > all.txt
	$(COMPILE) $(OPTIONS) --extra dev --output-file requirements/all.txt > /dev/null
	cd requirements && for file in base local translate dev; do cp all.txt $$file.txt; done && rm all.txt
	$(COMPILE) --output-file requirements/base.txt > /dev/null
	$(COMPILE) --extra local --excludes requirements/base.txt --output-file requirements/local.txt > /dev/null
	$(COMPILE) --extra translate --excludes requirements/base.txt --output-file requirements/translate.txt > /dev/null
	$(COMPILE) --extra dev --excludes requirements/base.txt --excludes requirements/local.txt --excludes requirements/translate.txt --output-file requirements/dev.txt > /dev/null

# pip-audit ends with 1, and with words on standard output only where it found something; a package that its source
# does not know counts as a source that is not there.
audit: $(VENV)/.tested  ## look the lock up among known vulnerabilities; needs the network
	@for source in pypi osv; do \
	  if found=$$(grep -h == requirements/*.txt | sed 's/ *\\$$//' | $(BIN)/pip-audit --strict --no-deps --disable-pip \
	      --progress-spinner off --vulnerability-service $$source --requirement /dev/stdin 2>/dev/null); \
	  then echo "No vulnerability is known of what is locked ($$source)."; exit 0; fi; \
	  if [ "$$found" ]; then echo "$$found"; exit 1; fi; \
	done; echo 'Nothing was checked: no source of advisories could be reached, see your network.' >&2; exit 1

bench: $(VENV)/.tested  ## speed against the plain script: make bench ARCHIVE="FILE_OR_FOLDER ..."
	$(BIN)/python -m benchmarks.speed $(or $(ARCHIVE),articles) --rows a,b,c,d,e --sizes 10000

quality: $(VENV)/.tested  ## search, answers and refusals on question sets: make quality DATA=FOLDER
	$(BIN)/python -m benchmarks.quality $(or $(DATA),$(error Say which: make quality DATA=FOLDER; benchmarks/quality/data.py says what is in one))

clean:  ## remove what these targets made here (not your library, not the model cache)
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
